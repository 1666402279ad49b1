import { expect, it } from "vitest";
import type { DatasetName } from "#model/datasets.js";
import { parseMeasureCondition } from "./index.ts";
import { mistakeOf, place } from "./mistakes.fake.ts";

const conversations = "conversations";
const flows = "flows";

it.each([
  ["bytes > 1GB", conversations, { measure: "bytes", operator: ">", value: 1e9 }],
  ["conversations >= 5k", conversations, { measure: "conversations", operator: ">=", value: 5000 }],
  ["Rate > 10MiB/s", conversations, { measure: "rate", operator: ">", value: 10_485_760 }],
  ["logged-bytes != 0", flows, { measure: "logged_bytes", operator: "!=", value: 0 }],
] as const)("%s is a condition on a measure of %s", (text, dataset, condition) => {
  expect(parseMeasureCondition(text, dataset)).toEqual(condition);
});

it.each<[string, string, string, string | undefined, DatasetName?]>([
  ["byte > 1", "^^^^", "“byte” is no measure of conversations", "Did you mean bytes?"],
  [
    "bytes > 1",
    "^^^^^",
    "“bytes” is no measure of flows",
    "Did you mean logged_bytes? It is a measure of conversations: ask --dataset conversations.",
    flows,
  ],
  ["flows > 1", "^^^^^", "“flows” is no measure of conversations", "It is a measure of flows: ask --dataset flows."],
  [
    "bytes > 10XB",
    "        ^^^^",
    "bytes is a number, and “10XB” is none",
    "Write 1500, 10MB (10,000,000) or 10MiB (10,485,760).",
  ],
  [
    "bytes in (1, 2)",
    "      ^^",
    "a measure is compared with one number, and in does not",
    "Compare it with = != < <= > >=, as in bytes > 1GB.",
  ],
  [
    "bytes is known",
    "      ^^^^^^^^",
    "a measure is always known",
    "Compare it with = != < <= > >=, as in bytes > 1GB.",
  ],
  [
    "bytes > 1 and clients > 2",
    "^".repeat(25),
    "a condition on measures is one comparison",
    "Give one --having for each: all of them must hold.",
  ],
  ["bytes >", "       ^", "nothing stands where a value should", undefined],
])("%s is none", (text, carets, message, next, dataset = conversations) => {
  const error = mistakeOf(() => parseMeasureCondition(text, dataset));
  expect([error.message, error.place, error.next]).toEqual([message, place(text, carets), next]);
});

it("bounds its length", () => {
  expect(mistakeOf(() => parseMeasureCondition("x".repeat(10_001), conversations)).message).toBe(
    "the condition is too long",
  );
});
