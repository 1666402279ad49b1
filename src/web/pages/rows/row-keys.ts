import { useEffect } from "react";
import type { RowList } from "./row-list.ts";

interface RowKeysConfig {
  readonly list: RowList | undefined;
  readonly active: number;
  readonly chosen: string | undefined;
  readonly openRow: (index: number, isStep?: boolean) => void;
  readonly close: () => void;
}

/** Keys of the page: `.` the next row, `,` the one before, Escape closes the panel. */
export function useRowKeys({ list, active, chosen, openRow, close }: RowKeysConfig): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (event.key === "Escape" && chosen !== undefined) return close();
      if ((event.key !== "." && event.key !== ",") || list === undefined) return;
      const from = chosen === undefined ? active : active >= 0 ? active : list.indexOf(chosen);
      const next = event.key === "." ? from + 1 : from - 1;
      if (next < 0 || next >= list.length) return;
      event.preventDefault();
      openRow(next, chosen !== undefined);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [list, active, chosen, openRow, close]);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=menu], [role=dialog]") !== null)
  );
}
