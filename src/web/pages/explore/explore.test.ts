import fc from "fast-check";
import { expect, it } from "vitest";
import { found, dimensionsOf, familyOf } from "./catalogue.ts";
import { controlOf, questionOf } from "./question.ts";
import { defaults, graphs, moved, readState, stateParameters, type ExploreState } from "./state.ts";

const view = { filter: "server.port = 443", from: "2026-03-03T10:00Z", to: "", timeZone: "UTC" };

function throughUrl(state: ExploreState): ExploreState {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(stateParameters(state)))
    if (value !== undefined) parameters.set(key, value);
  return readState(parameters);
}

it("is a short link: what is as by default is not in it", () => {
  expect(Object.values(stateParameters({ ...defaults, measures: [] })).filter(Boolean)).toEqual([]);
  expect(readState(new URLSearchParams())).toEqual(defaults);
});

it("reads fields as filters write them", () => {
  expect(readState(new URLSearchParams("by=client.provider,Server.IP,service")).by).toEqual([
    "client_provider",
    "server_ip",
    "service",
  ]);
});

it("comes back from the URL as it was", () => {
  const words = (list: readonly string[], minLength: number) =>
    fc.uniqueArray(fc.constantFrom(...list), { minLength, maxLength: 4 });
  const states = fc.record({
    dataset: fc.constantFrom("conversations", "flows", "observations"),
    by: words(["client_ip", "server_ip", "service", "verdict"], 0),
    measures: words(["bytes", "conversations", "denied", "p95"], 1),
    graph: fc.constantFrom(...graphs),
    step: fc.constantFrom("auto", "5m", "1h"),
    top: fc.integer({ min: 1, max: 1000 }),
    others: fc.boolean(),
    rank: fc.constantFrom("", "bytes", "bytes:asc"),
    compare: fc.constantFrom("", "previous", "7d"),
    having: words(["bytes > 1GB", "denied >= 3"], 0),
    byVerdict: fc.boolean(),
    pinned: fc.constantFrom(undefined, '["443/tcp"]'),
  });
  fc.assert(
    fc.property(states, (state) => {
      expect(throughUrl(state as ExploreState)).toEqual(state);
    }),
  );
});

it("takes what it cannot read as by default", () => {
  const state = readState(new URLSearchParams("g=pie&n=-3&dataset=nothing&m=,&by=service,,service"));
  expect(state).toEqual(defaults);
});

it("asks with a step only where time is drawn, and by verdict where a sankey tells denied", () => {
  expect(questionOf(defaults, view)).toMatchObject({
    step: "auto",
    by: ["service"],
    filter: view.filter,
    from: view.from,
  });
  const sankey = questionOf({ ...defaults, graph: "sankey", byVerdict: true, by: ["client_ip", "service"] }, view);
  expect(sankey.step).toBeUndefined();
  expect(sankey.by).toEqual(["client_ip", "service", "verdict"]);
});

it("knows the control that a problem is about", () => {
  expect(controlOf("bad-step", "--step")).toBe("step");
  expect(controlOf("bad-request", "by.0")).toBe("by");
  expect(controlOf("too-many-rows", undefined)).toBe("top");
  expect(controlOf("bad-filter", "server.prt = 443")).toBeUndefined();
});

it("moves a word to another place", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["c", "a", "b"]);
});

it("finds dimensions by any word, names first", () => {
  const all = dimensionsOf("conversations");
  expect(found(all, "serv por")[0]?.name).toBe("server_port");
  expect(found(all, "routing domain").length).toBeGreaterThan(0);
  expect(familyOf("client_ip")).toBe("client");
  expect(familyOf("ip")).toBe("either");
});
