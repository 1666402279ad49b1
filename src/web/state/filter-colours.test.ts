import fc from "fast-check";
import { expect, it } from "vitest";
import { formatFilter } from "#filter/index.js";
import { filterNodes } from "../../filter/filter-node.fake.ts";
import { coloured } from "./filter-colours.ts";

it("tells fields, operators, values and keywords apart", () => {
  const words = coloured('client.ip in (10.0.0.0/8) and not rule = "a b"').filter(({ kind }) => kind !== "");
  expect(words.map(({ text, kind }) => `${text}: ${kind}`)).toEqual([
    "client.ip: field",
    "in: keyword",
    "(: sign",
    "10.0.0.0/8: value",
    "): sign",
    "and: keyword",
    "not: keyword",
    "rule: field",
    "=: operator",
    '"a b": value',
  ]);
});

it("keeps every character", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), filterNodes("conversations").map(formatFilter)), (text) => {
      expect(
        coloured(text)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
    }),
  );
});
