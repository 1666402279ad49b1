import fc from "fast-check";
import { expect } from "vitest";
import type { Cell } from "#model/answer.js";
import { measuresOf, type MeasureName } from "#model/measures.js";
import type { Query } from "#model/query.js";
import { answerQuery, type QueryAnswer } from "./answer-query.ts";
import { groupings, names, type filterNode } from "./world-arbitrary.fake.ts";
import { WORLD_HOURS, WORLD_START, type World } from "./world.fake.ts";

const MINUTE = 60_000_000;

const minutes = fc.integer({ min: -30, max: WORLD_HOURS * 60 + 30 });
const range = fc
  .oneof(
    fc.tuple(minutes, minutes).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1]),
    // Long enough that the hours of addresses are looked up first.
    fc.constant([-180, 300]),
    fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 2 })).map(([a, b]) => [a * 60, (a + b) * 60]),
  )
  .map(([from = 0, to = 1]) => ({ from: WORLD_START + from * MINUTE, to: WORLD_START + to * MINUTE }));
const measures = fc.uniqueArray(fc.constantFrom<MeasureName>(...measuresOf("conversations")), {
  minLength: 1,
  maxLength: 4,
});
const timeZone = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York");

const grouping = fc.uniqueArray(fc.constantFrom(...groupings), { maxLength: 3 }).filter((by) => {
  const isPair = by.includes("pair");
  return (
    by.filter((word) => ["hour", "day", "minute"].includes(word)).length <= 1 &&
    !(isPair && (by.includes("client_ip") || by.includes("server_ip"))) &&
    !(by.includes("port") && by.includes("server_port"))
  );
});

const question: fc.Arbitrary<Query> = fc.record({
  dataset: fc.constant("conversations" as const),
  range,
  by: grouping,
  measures,
  timeZone,
});
/** A question with a filter, mostly. */
export const withFilter = (filter: typeof filterNode): fc.Arbitrary<Query> =>
  fc.tuple(question, fc.option(filter, { freq: 4, nil: undefined })).map(([query, node]) => ({
    ...query,
    ...(node !== undefined && { filter: node }),
  }));

/**
 * Asks a world.
 * @param segments what planning takes its files for, where that differs
 */
export async function askWorld(
  world: World,
  query: Query,
  segments: World["segments"] = (table) => world.segments(table),
): Promise<QueryAnswer> {
  const lake = {
    segments,
    names,
    staleHours: [],
    nowMs: 0,
  };
  return answerQuery(query, undefined, lake, world);
}

/** Rows by the words of their keys; a series by key and step, steps without anything left out. */
function found(answer: QueryAnswer): Map<string, number[]> {
  const isSeries = answer.step !== undefined;
  const first = isSeries ? 1 : 0;
  const rows = answer.rows.map((row): [string, number[]] => {
    const key = row
      .slice(first, first + answer.keyCount)
      .map(word)
      .join(" | ");
    const values = row.slice(first + answer.keyCount, first + answer.keyCount + answer.measures.length).map(Number);
    return [isSeries ? `${key} @ ${new Date(row[0] as string).toISOString()}` : key, values];
  });
  return new Map(isSeries ? rows.filter(([, values]) => values.some((value) => value !== 0)) : rows);
}

/** A key as the naive evaluator writes it. */
export function word(cell: Cell): string {
  return typeof cell === "string" ? cell : JSON.stringify(typeof cell === "bigint" ? Number(cell) : cell);
}

/** @throws when an answer is not what the naive evaluator says */
export function mustAgree(answer: QueryAnswer, expected: Map<string, number[]>): void {
  const actual = found(answer);
  const wanted = new Map(
    answer.step === undefined ? expected : [...expected].filter(([, values]) => values.some((value) => value !== 0)),
  );
  expect([...actual.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [key, values] of wanted)
    for (const [at, value] of values.entries()) {
      const own = actual.get(key)?.[at] ?? Number.NaN;
      if (Math.abs(own - value) > Math.abs(value) * 1e-9)
        expect({ key, measure: answer.measures[at], value: own }).toEqual({ key, measure: answer.measures[at], value });
    }
}
