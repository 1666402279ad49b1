/**
 * Numbers that stand for words while an hour is worked on: texts of a few values are grouped, compared and put together as
 * bits many times faster. Words come back in the rows that are written.
 */

/** Where an observer stands: at the end that sent, at the other one, between, or nobody knows. */
export const point = { src: 0, dst: 1, transit: 2, unknown: 3 } as const;
export type Point = keyof typeof point;

export const verdict = { allowed: 0, denied: 1, dropped: 2, observed: 3 } as const;
export type Verdict = keyof typeof verdict;

/** Refused: what the observer did not let pass. */
export const refusedSql = (column: string): string => `${column} IN (${verdict.denied}, ${verdict.dropped})`;

const verdicts = Object.keys(verdict) as Verdict[];
const points = Object.keys(point) as Point[];

/**
 * What all observers of a conversation said is one number of 32 bits: a bit for each direction, point and verdict. `true` is
 * what the smaller endpoint sent.
 */
const bitOf = (fwd: boolean, at: Point, said: Verdict): number => (fwd ? 0 : 1) + 2 * point[at] + 8 * verdict[said];

/** SQL of the bit of a row with the columns `fwd`, `pt` and `v`. */
export const heardBitSql = "(1::UINTEGER << (if(fwd, 0, 1) + 2 * pt + 8 * v))";

/** What to look for among the bits: every combination of the given values; all of those that are not given. */
export interface HeardQuery {
  readonly fwd?: boolean;
  readonly at?: Point;
  readonly said?: Verdict;
}

/** SQL that tells whether any of it was heard. */
export function heardSql({ fwd, at, said }: HeardQuery): string {
  let mask = 0n;
  for (const direction of fwd === undefined ? [true, false] : [fwd])
    for (const where of at === undefined ? points : [at])
      for (const what of said === undefined ? verdicts : [said]) mask |= 1n << BigInt(bitOf(direction, where, what));
  return `((heard & ${mask}::UINTEGER) <> 0)`;
}

/** SQL of the word for a code. */
export function wordSql(codes: Readonly<Record<string, number>>, column: string, type: string): string {
  return `CASE ${column} ${Object.entries(codes)
    .map(([word, code]) => `WHEN ${code} THEN '${word}'::${type}`)
    .join(" ")} END`;
}

/**
 * The closed sets of words in derived rows, as ENUM types: written as dictionaries at once, sorted and grouped as numbers. A
 * word that is missing here fails loudly.
 */
const wordTypes = {
  basis: ["explicit", "flags", "port", "seen", "unknown"],
  state: ["attempted", "established", "closed", "reset", "denied"],
  class: ["normal", "stray", "health_check", "platform", "encapsulation", "translated"],
  verdict: ["allowed", "denied", "dropped", "mixed", "observed"],
  side: ["client", "server", "transit", "both", "unknown"],
  answer: ["yes", "no"],
} as const;

export const wordTypesSql: readonly string[] = Object.entries(wordTypes).map(
  ([name, words]) => `CREATE OR REPLACE TYPE word_${name} AS ENUM (${words.map((word) => `'${word}'`).join(", ")})`,
);
