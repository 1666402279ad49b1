import type { Question, RowsRequest } from "#api/contract/index.js";
import { narrowed, type Condition } from "../../state/filter-edit.ts";
import { asked, type View } from "../../state/view.ts";

const denied: readonly Condition[] = [
  { field: "verdict", value: "denied" },
  { field: "class", value: "stray", negate: true },
];

/** Attempts that were denied, as a filter: what is left over of closed connections is none. */
export function deniedFilter(filter: string): string {
  return narrowed(filter, denied);
}

const again: readonly Condition[] = ["stray", "translated", "encapsulation"].map((value) => ({
  field: "class",
  value,
  negate: true,
}));

/** Each exchange once, as a filter: neither its legs behind gateways and in tunnels, nor what is left over of closed connections. */
export function onceFilter(filter: string): string {
  return narrowed(filter, again);
}

/** The questions of the Overview, in the order in which it is painted. */
export interface OverviewQuestions {
  /** Of both charts and of the cards' small ones. */
  readonly overTime: Question;
  /** Of the cards, with the time before. */
  readonly totals: Question;
  readonly talkers: Question;
  readonly services: Question;
  /** How many different addresses over time: they do not add up, so they are asked for on their own. */
  readonly addresses: Question;
  readonly deniedSources: Question;
  /** For the strays, which are no attempts. */
  readonly classes: Question;
  readonly newestDenied: RowsRequest;
}

export function overviewQuestions(view: View): OverviewQuestions {
  const base = asked(view);
  const { filter: _, ...time } = base;
  const onlyDenied = deniedFilter(view.filter);
  return {
    overTime: {
      ...base,
      dataset: "conversations",
      by: ["providers", "verdict"],
      measures: ["bytes", "conversations", "denied"],
      step: "auto",
      limit: 60,
    },
    totals: {
      ...base,
      dataset: "conversations",
      measures: ["bytes", "conversations", "denied", "clients", "servers"],
      compare: "previous",
    },
    talkers: {
      ...base,
      dataset: "conversations",
      by: ["client_ip", "server_ip", "service"],
      measures: ["bytes", "conversations"],
      limit: 8,
      others: true,
    },
    services: {
      ...base,
      dataset: "conversations",
      by: ["service"],
      measures: ["bytes", "conversations", "denied"],
      limit: 8,
      others: true,
    },
    addresses: { ...base, dataset: "conversations", measures: ["clients", "servers"], step: "auto" },
    deniedSources: {
      ...time,
      filter: onlyDenied,
      dataset: "conversations",
      by: ["client_ip", "client_role", "client_provider"],
      measures: ["denied", "servers"],
      limit: 8,
      others: true,
    },
    classes: { ...base, dataset: "conversations", by: ["class"], measures: ["conversations"], limit: 20 },
    newestDenied: {
      ...time,
      filter: onlyDenied,
      dataset: "conversations",
      columns: ["start_time", "client_ip", "server_ip", "server_port", "protocol", "decided_at", "conversation_id"],
      order: "newest",
      limit: 8,
    },
  };
}
