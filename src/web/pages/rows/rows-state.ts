import { useMemo } from "react";
import type { EvidenceRequest, RowCountsRequest, RowsRequest } from "#api/contract/index.js";
import { foldClasses, type FoldClass } from "#model/folds.js";
import { asked, useView, type ViewState } from "../../state/view.ts";

export type RowDataset = RowsRequest["dataset"];
export type RowOrder = NonNullable<RowsRequest["order"]>;

/** What the page of rows shows, beside filter and time: all of it is in the URL. */
export interface RowsState extends ViewState {
  readonly dataset: RowDataset;
  readonly order: RowOrder;
  /** What is left out; nothing of flows. */
  readonly fold: readonly FoldClass[];
  /** Ids of the columns that are shown; undefined: those that people look at first. */
  readonly columns: readonly string[] | undefined;
  /** The row whose panel is open. */
  readonly chosen: string | undefined;
  readonly tab: "row" | "evidence";
  /** What the API is asked for the counts; the list has more. */
  readonly question: RowCountsRequest;
}

/** The keys of this page in the URL. */
const keys = { order: "order", unfold: "unfold", columns: "cols", row: "row", tab: "tab" } as const;

/** The state of the page, read from the URL. */
export function useRowsState(): RowsState {
  const state = useView();
  const { parameters, view } = state;
  return useMemo(() => {
    const dataset = parameters.get("dataset") === "flows" ? "flows" : "conversations";
    const fold = dataset === "flows" ? [] : foldOf(parameters.get(keys.unfold));
    const columns = parameters
      .get(keys.columns)
      ?.split(",")
      .filter((id) => id !== "");
    const { filter, from, to } = asked(view);
    return {
      ...state,
      dataset,
      order: parameters.get(keys.order) === "oldest" ? "oldest" : "newest",
      fold,
      columns,
      chosen: parameters.get(keys.row) ?? undefined,
      tab: parameters.get(keys.tab) === "evidence" ? "evidence" : "row",
      question: {
        dataset,
        ...(filter !== undefined && { filter }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(fold.length > 0 && { fold: [...fold] }),
      },
    };
  }, [state, parameters, view]);
}

/** What is folded when the URL names what is not; `all`: nothing is. */
export function foldOf(unfold: string | null): FoldClass[] {
  const shown = new Set((unfold ?? "").split(","));
  return shown.has("all") ? [] : foldClasses.filter((name) => !shown.has(name));
}

/** The URL's word for what is not folded; empty where everything is. */
export function unfoldText(fold: readonly FoldClass[]): string {
  if (fold.length === 0) return "all";
  return foldClasses.filter((name) => !fold.includes(name)).join(",");
}

/** The URL's word for a row: a conversation's id and hour, or where a flow's record stands. */
export function rowWord(dataset: RowDataset, cell: (name: string) => unknown): string {
  const text = (name: string): string => {
    const value = cell(name);
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  if (dataset === "conversations") return `${text("conversation_id")}@${text("time")}`;
  const place = [text("object_id"), text("position"), ...(text("sub_position") === "" ? [] : [text("sub_position")])];
  return `${place.join(".")}@${text("time")}`;
}

/** What the API is asked about a row; undefined when the word is none of this dataset. */
export function evidenceOf(dataset: RowDataset, word: string): EvidenceRequest | undefined {
  const [place = "", time = ""] = word.split("@", 2);
  if (Number.isNaN(Date.parse(time))) return undefined;
  if (dataset === "conversations") return /^\d{1,20}$/.test(place) ? { conversation_id: place, hour: time } : undefined;
  const [object, position, sub] = place.split(".").map(Number);
  if (!isCount(object) || !isCount(position)) return undefined;
  return { flow: { object_id: object, position, time, ...(isCount(sub) && { sub_position: sub }) } };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}
