import fc from "fast-check";
import { expect, it } from "vitest";
import { matches, type Row } from "#filter/evaluate.fake.js";
import { formatFilter, parseFilter } from "#filter/index.js";
import { inWordsOf } from "./other-words.ts";

it.each([
  ["flows", "client.ip = 10.0.0.1", "ip = 10.0.0.1"],
  ["flows", "server.port = 443", "port = 443"],
  ["flows", "protocol = tcp", "protocol = tcp"],
  [
    "flows",
    "client.ip = 10.0.0.1 and server.port = 443 and protocol = tcp",
    "((src.ip = 10.0.0.1 and dst.port = 443) or (dst.ip = 10.0.0.1 and src.port = 443)) and protocol = tcp",
  ],
  ["flows", "client.ip != 10.0.0.1", "src.ip != 10.0.0.1 or dst.ip != 10.0.0.1"],
  ["flows", "service = 443/tcp", "service = 443/tcp or (src.port = 443 and protocol = tcp)"],
  [
    "conversations",
    "src.ip = 10.0.0.1 and dst.name like db*",
    "(client.ip = 10.0.0.1 and server.name like db*) or (server.ip = 10.0.0.1 and client.name like db*)",
  ],
  ["conversations", "", ""],
] as const)("of %s for “%s” are “%s”", (dataset, filter, said) => {
  expect(inWordsOf(dataset, filter)).toEqual({ filter: said, left: [], near: "" });
});

it("leave out what is said of a whole conversation, with what comes nearest", () => {
  expect(inWordsOf("flows", "client.ip = 10.0.0.1 and verdict = denied and class = stray and provider = aws")).toEqual({
    filter: "ip = 10.0.0.1",
    left: ["verdict = denied", "class = stray", "provider = aws"],
    near: "action = deny and provider = aws",
  });
  expect(inWordsOf("conversations", "action = deny")).toEqual({
    filter: "",
    left: ["action = deny"],
    near: "verdict = denied",
  });
});

const addresses = ["10.0.0.1", "10.0.0.2", "fd00::1"];
const ports = [53, 443, 50_000];
const protocols = ["tcp", "udp"];
const ends = { conversations: ["client", "server"], flows: ["src", "dst"] } as const;
type Dataset = keyof typeof ends;

/** Filters whose tests often pass: their values are those of the rows. */
function filters(dataset: Dataset): fc.Arbitrary<string> {
  const own = (name: string): fc.Arbitrary<string> =>
    fc.constantFrom(...ends[dataset].map((end) => `${end}.${name}`), name);
  const test = (field: fc.Arbitrary<string>, values: readonly (string | number)[]): fc.Arbitrary<string> =>
    fc
      .tuple(
        field,
        fc.constantFrom("=", "!=", "in", "not in"),
        fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }),
      )
      .map(([name, operator, some]) =>
        operator.endsWith("in") ? `${name} ${operator} (${some.join(", ")})` : `${name} ${operator} ${some[0]}`,
      );
  const [a, b] = ends[dataset];
  const tests = fc.oneof(
    { arbitrary: test(own("ip"), [...addresses, "10.0.0.0/31"]), weight: 4 },
    { arbitrary: test(own("port"), [...ports, "1-1000"]), weight: 4 },
    test(fc.constant("service"), ["443/tcp", "53/udp", "1-1000/tcp"]),
    test(fc.constant("protocol"), protocols),
    test(fc.constant(dataset === "flows" ? "action" : "verdict"), ["allow", "deny"]),
    test(fc.constant(dataset === "flows" ? "region" : "client.region"), ["eu", "us"]),
    own("port").map((name) => `${name} > 100`),
    own("ip").map((name) => `${name} is known`),
    fc.constantFrom("=", "!=", "<").map((operator) => `${a}.port ${operator} ${b}.port`),
  );
  return fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { depthSize: "small" },
      tests,
      fc
        .array(tie("filter"), { minLength: 2, maxLength: 3 })
        .map((parts) => parts.map((each) => `(${each})`).join(" and ")),
      fc
        .array(tie("filter"), { minLength: 2, maxLength: 3 })
        .map((parts) => parts.map((each) => `(${each})`).join(" or ")),
      tie("filter").map((each) => `not (${each})`),
    ),
  })).filter;
}

const exchanges = fc
  .tuple(
    fc.constantFrom(...addresses),
    fc.constantFrom(...addresses),
    fc.constantFrom(...ports),
    fc.constantFrom(...ports),
    fc.constantFrom(6, 17),
    fc.constantFrom("eu", "us"),
    fc.constantFrom("allow", "deny"),
  )
  .map(([client, server, clientPort, serverPort, protocol, region, verdict]) => {
    const ofTwo = ([a, b]: readonly [string, string], isTurned = false): Row => {
      const [here, there] = isTurned ? [b, a] : [a, b];
      return {
        [`${here}_ip`]: client,
        [`${there}_ip`]: server,
        [`${here}_port`]: clientPort,
        [`${there}_port`]: serverPort,
        protocol,
      };
    };
    return {
      conversation: {
        ...ofTwo(ends.conversations),
        verdict: verdict === "allow" ? "allowed" : "denied",
        client_region: region,
      },
      // Each observer says its own: the one saw it pass, the other did not.
      flows: [false, true].flatMap((isTurned) =>
        ["allow", "deny"].map((action): Row => ({ ...ofTwo(ends.flows, isTurned), action, region })),
      ),
    };
  });

const isFound = (filter: string, row: Row, dataset: Dataset): boolean =>
  filter === "" || matches(parseFilter(filter, dataset), row, dataset);

it("find all flows of the conversations that the filter found, and nothing of others", () => {
  let found = 0;
  fc.assert(
    fc.property(filters("conversations"), exchanges, (filter, { conversation, flows }) => {
      const said = inWordsOf("flows", filter);
      if (isFound(filter, conversation, "conversations")) {
        found++;
        for (const flow of flows) expect(isFound(said.filter, flow, "flows"), said.filter).toBe(true);
      }
      if (said.left.length > 0) return;
      // Whichever end of the flow was the client.
      const turned = Object.fromEntries(
        Object.entries(conversation).map(([name, value]) => [
          name.replace(/^(client|server)_(?=ip|port)/, (_, end) => (end === "client" ? "server_" : "client_")),
          value,
        ]),
      );
      const ofEither = [conversation, turned].some((each) => isFound(filter, each, "conversations"));
      for (const flow of flows) expect(isFound(said.filter, flow, "flows"), said.filter).toBe(ofEither);
    }),
    { numRuns: 1000 },
  );
  expect(found).toBeGreaterThan(100);
});

it("find all conversations of the flows that the filter found", () => {
  let found = 0;
  fc.assert(
    fc.property(filters("flows"), exchanges, (filter, { conversation, flows }) => {
      if (!flows.some((flow) => isFound(filter, flow, "flows"))) return;
      found++;
      const said = inWordsOf("conversations", filter);
      expect(isFound(said.filter, conversation, "conversations"), said.filter).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(found).toBeGreaterThan(100);
});

it("are written so that they are read as they are meant", () => {
  fc.assert(
    fc.property(filters("conversations"), (filter) => {
      const { filter: said } = inWordsOf("flows", filter);
      expect(said === "" ? "" : formatFilter(parseFilter(said, "flows"))).toBe(said);
    }),
    { numRuns: 500 },
  );
});
