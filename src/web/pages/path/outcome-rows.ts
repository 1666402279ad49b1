import type { WhyJson } from "#api/contract/index.js";

type Outcome = WhyJson["outcomes"][number];

/** Addresses at one end: some of them, and whether there are more. */
interface RowEnds {
  readonly shown: readonly string[];
  /** How many more there are; null: some, and nobody counted them over all services. */
  readonly more: number | null;
}

/** Outcomes that differ in nothing but their service, as one row; its services are its outcomes. */
export interface OutcomeRow {
  readonly outcomes: readonly Outcome[];
  /** The verdict speaks of them. */
  readonly isSpoken: boolean;
  readonly reason: string;
  readonly conversations: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly first: string;
  readonly last: string;
  readonly clients: RowEnds;
  readonly servers: RowEnds;
}

const SHOWN = 2;

/** The outcomes as rows, in their order. @param reasonOf what stands for a rule where the log names none */
export function outcomeRows(why: WhyJson, reasonOf: (outcome: Outcome) => string): OutcomeRow[] {
  const drawn = why.cases.filter(({ earlier }, at) => (why.verdict === "mixed" ? !earlier : at === 0));
  const spoken = new Set(drawn.flatMap(({ outcomes }) => outcomes));
  const rows = new Map<string, Outcome[]>();
  for (const [at, outcome] of why.outcomes.entries()) {
    const { situation, decided_at: side, rule } = outcome;
    const key = JSON.stringify([spoken.has(at), situation, side, rule, reasonOf(outcome)]);
    const same = rows.get(key);
    if (same === undefined) rows.set(key, [outcome]);
    else same.push(outcome);
  }
  return [...rows].map(([key, outcomes]) => rowOf(outcomes, key.startsWith("[true"), reasonOf));
}

/** One service's row. */
export function rowOf(
  outcomes: readonly Outcome[],
  isSpoken: boolean,
  reasonOf: (outcome: Outcome) => string,
): OutcomeRow {
  const sum = (count: (outcome: Outcome) => number): number => outcomes.reduce((all, each) => all + count(each), 0);
  const [one] = outcomes;
  return {
    outcomes,
    isSpoken,
    reason: one === undefined ? "" : reasonOf(one),
    conversations: sum((each) => each.conversations),
    attempts: sum((each) => each.attempts),
    bytes: sum((each) => (each.bytes > 0 ? each.bytes : each.attempted_bytes)),
    first: outcomes.reduce((least, { first }) => (first < least ? first : least), one?.first ?? ""),
    last: outcomes.reduce((most, { last }) => (last > most ? last : most), ""),
    clients: endsOf(outcomes.map(({ clients, client_count: count }) => ({ values: clients, count }))),
    servers: endsOf(outcomes.map(({ servers, server_count: count }) => ({ values: servers, count }))),
  };
}

function endsOf(ends: readonly { readonly values: readonly string[]; readonly count: number }[]): RowEnds {
  const all = [...new Set(ends.flatMap(({ values }) => values))];
  const shown = all.slice(0, SHOWN);
  const [one] = ends;
  if (ends.length === 1 && one !== undefined) return { shown, more: one.count - shown.length };
  return { shown, more: ends.every(({ values, count }) => count <= values.length) ? all.length - shown.length : null };
}
