import { lintFilter } from "#filter/index.js";
import type { RowDataset } from "./rows-state.ts";

/** What conversations and flows call the same. */
const pairs = [
  ["client", "src"],
  ["server", "dst"],
] as const;

/** A filter in the words of the other dataset; as it is where that cannot be said there. */
export function inWordsOf(dataset: RowDataset, filter: string): string {
  if (filter.trim() === "" || lintFilter(filter, dataset).length === 0) return filter;
  let text = filter;
  for (const [ofConversations, ofFlows] of pairs) {
    const [from, to] = dataset === "flows" ? [ofConversations, ofFlows] : [ofFlows, ofConversations];
    text = text.replaceAll(new RegExp(`\\b${from}(?=[._])`, "gi"), to);
  }
  text = dataset === "flows" ? text.replaceAll(/\bverdict\b/gi, "action") : text.replaceAll(/\baction\b/gi, "verdict");
  return lintFilter(text, dataset).length === 0 ? text : filter;
}
