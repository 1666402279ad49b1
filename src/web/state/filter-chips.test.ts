import fc from "fast-check";
import { expect, it } from "vitest";
import { formatFilter, lintFilter, parseFilter } from "#filter/index.js";
import { filterNodes } from "../../filter/filter-node.fake.ts";
import { chipsOf, joined, negated, partsOf, stateOf } from "./filter-chips.ts";
import { both, withCondition } from "./filter-edit.ts";

const filters = filterNodes("conversations")
  .map(formatFilter)
  .filter((text) => text.length < 5000);
const meaning = (text: string): unknown => (text === "" ? undefined : parseFilter(text, "conversations"));
const textsOf = (filter: string): string[] => partsOf(filter).map(({ text }) => text);

it("shows the conditions that and joins, and what each is made of", () => {
  const filter = "client.ip in 10.0.0.0/8 and not verdict = allowed and (port = 22 or port=3389) and rule is unknown";
  expect(
    partsOf(filter).map(({ text, kind, field, operator, value }) => [kind, field, operator, value ?? text]),
  ).toEqual([
    ["test", "client.ip", "in", "10.0.0.0/8"],
    ["not", "verdict", "=", "allowed"],
    ["brackets", undefined, undefined, "(port = 22 or port=3389)"],
    ["test", "rule", "is unknown", "rule is unknown"],
  ]);
  expect(partsOf("port = 22 or port = 23").map(({ kind }) => kind)).toEqual(["or"]);
  expect(textsOf("port = ")).toEqual(["port ="]);
});

it("loses nothing between chips and text", () => {
  fc.assert(
    fc.property(filters, (filter) => {
      expect(meaning(joined(textsOf(filter)))).toEqual(meaning(filter));
      const state = stateOf(chipsOf({ on: filter, off: "" }));
      expect(state.off).toBe("");
      expect(meaning(state.on)).toEqual(meaning(filter));
    }),
    { numRuns: 600 },
  );
});

it("keeps relative times and spelling as they were written", () => {
  const filter = "Start-Time > -2h and  server.port = https";
  expect(stateOf(chipsOf({ on: filter, off: "" })).on).toBe("Start-Time > -2h and server.port = https");
});

it("turns a condition around, and back", () => {
  fc.assert(
    fc.property(filters, (filter) => {
      for (const part of partsOf(filter)) {
        const turned = negated(part);
        expect(lintFilter(turned, "conversations"), turned).toEqual([]);
        const [again] = partsOf(turned);
        if (part.kind === "test" && again !== undefined)
          expect(meaning(negated(again)), turned).toEqual(meaning(part.text));
      }
    }),
    { numRuns: 400 },
  );
  const turned = ["port = 22", "port in (22, 23)", "bytes > 1MB", "rule IS unknown", "not port = 1", "a = 1 or b = 2"];
  expect(turned.map((text) => partsOf(text).map(negated).join())).toEqual([
    "port != 22",
    "port not in (22, 23)",
    "not bytes > 1MB",
    "rule is known",
    "port = 1",
    "not (a = 1 or b = 2)",
  ]);
});

it("switches conditions off and on again", () => {
  fc.assert(
    fc.property(filters, fc.nat(), (filter, pick) => {
      const chips = chipsOf({ on: filter, off: "" });
      const at = pick % chips.length;
      const off = stateOf(chips.map((chip, index) => (index === at ? { ...chip, isOff: true } : chip)));
      const again = chipsOf(off).map((chip) => ({ ...chip, isOff: false }));
      const bare = (text: string): string => text.replace(/^\((.*)\)$/s, "$1");
      expect(again.map(({ text }) => bare(text)).toSorted()).toEqual(chips.map(({ text }) => bare(text)).toSorted());
    }),
  );
});

it("adds a condition to every filter, and it holds", () => {
  fc.assert(
    fc.property(filters, fc.boolean(), (filter, negate) => {
      const text = withCondition(filter, { field: "client.ip", value: "10.1.2.3", negate });
      expect(lintFilter(text, "conversations"), text).toEqual([]);
      expect(withCondition(text, { field: "client.ip", value: "10.1.2.3", negate })).toBe(text);
      expect(lintFilter(both(filter, "port = 1 or port = 2"), "conversations")).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

it("joins two filters, and keeps what stands in both once", () => {
  expect(both("port = 1 and verdict = denied", "verdict = denied and ip = 10.0.0.1")).toBe(
    "port = 1 and verdict = denied and ip = 10.0.0.1",
  );
  expect(both("port = 1 or port = 2", "verdict = denied")).toBe("(port = 1 or port = 2) and verdict = denied");
  expect([both("", "port = 1"), both("port = 1", " "), both("port = 1", "port = 1")]).toEqual(
    Array(3).fill("port = 1"),
  );
});

it("puts a value in the place of others of its field, and collects those left out", () => {
  const add = (filter: string, value: string | null, negate = false): string =>
    withCondition(filter, { field: "client.ip", value, negate });
  expect(add("", "10.0.0.1")).toBe("client.ip = 10.0.0.1");
  expect(add("client_ip in 10.0.0.0/8 and port = 22", "10.0.0.1")).toBe("client.ip = 10.0.0.1 and port = 22");
  expect(add("client.ip != 10.0.0.1", "10.0.0.2", true)).toBe("client.ip not in (10.0.0.1, 10.0.0.2)");
  expect(add("client.ip not in (10.0.0.1, 10.0.0.2)", "10.0.0.2", true)).toBe("client.ip not in (10.0.0.1, 10.0.0.2)");
  expect(add("client.ip = server.ip", "10.0.0.1")).toBe("client.ip = server.ip and client.ip = 10.0.0.1");
  expect(add("port = 1 or port = 2", null)).toBe("(port = 1 or port = 2) and client.ip is unknown");
  expect(add("client.ip = ", "10.0.0.1")).toBe("client.ip = 10.0.0.1");
  expect(withCondition("ip = 10.0.0.1", { field: "ip", value: "10.0.0.2" })).toBe("ip = 10.0.0.1 and ip = 10.0.0.2");
  expect(withCondition('rule != "a, b"', { field: "rule", value: "c (d)", negate: true })).toBe(
    'rule not in ("a, b", "c (d)")',
  );
});
