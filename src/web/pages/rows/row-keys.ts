import { useKeys } from "../../state/keys.ts";
import type { RowList } from "./row-list.ts";

interface RowKeysConfig {
  readonly list: RowList | undefined;
  readonly active: number;
  readonly chosen: string | undefined;
  readonly openRow: (index: number, isStep?: boolean) => void;
  readonly close: () => void;
}

/** Keys of the page: `.` the next row, `,` the one before, Escape closes the panel. @returns goes a row on (1) or back (-1) */
export function useRowKeys({ list, active, chosen, openRow, close }: RowKeysConfig): (steps: -1 | 1) => void {
  const go = (steps: -1 | 1): void => {
    if (list === undefined) return;
    const from = active >= 0 || chosen === undefined ? active : list.indexOf(chosen);
    const next = from + steps;
    if (next >= 0 && next < list.length) openRow(next, chosen !== undefined);
  };
  useKeys("Conversations and flows", [
    { keys: ".", says: "next row", run: () => go(1) },
    { keys: ",", says: "row before", run: () => go(-1) },
    { keys: "↑ ↓", says: "move in the table" },
    { keys: "Enter", says: "open the row" },
    ...(chosen === undefined ? [] : [{ keys: "Escape", says: "close the row", run: close }]),
  ]);
  return go;
}
