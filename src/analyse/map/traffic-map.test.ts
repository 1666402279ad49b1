import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lintFilter } from "#filter/index.js";
import type { TrafficEnd } from "#query/index.js";
import type { MapNames, MapSums } from "./map-types.ts";
import { addSums, thinEdges } from "./thin-edges.ts";
import { MOST_LEAVES, trafficMap } from "./traffic-map.ts";

const noNames: MapNames = { ofId: () => null, ofAddress: () => null, blocksAround: () => [] };
const names: MapNames = {
  ...noNames,
  blocksAround: (address) =>
    address.startsWith("10.")
      ? [
          { block: "10.0.0.0/16", name: "inner" },
          { block: "10.0.0.0/8", name: "outer" },
        ]
      : [],
};
const text = (...values: readonly string[]): fc.Arbitrary<string | null> => fc.constantFrom(...values, null);

/** Ends as logs tell of them: with and without a place, private and public, with names and ids that mean something in filters. */
const ends: fc.Arbitrary<TrafficEnd> = fc.oneof(
  fc.record({
    provider: fc.constantFrom("aws", "azure", "gcp"),
    account: text("1", "and or", '"'),
    network: text("vpc-1", "/subscriptions/x/vnet-1"),
    subnet: text("subnet-1", "in (1)"),
    realm: fc.constant("default"),
    address: text("10.0.0.1", "10.0.0.2", "10.0.1.3", "fd00::1"),
    name: fc.constant(null),
  }),
  fc.record({
    provider: fc.constant(null),
    account: fc.constant(null),
    network: fc.constant(null),
    subnet: fc.constant(null),
    realm: fc.constantFrom("default", "public"),
    address: text("10.0.0.1", "10.0.0.9", "192.168.1.1", "203.0.0.0", "2001:db8::"),
    name: fc.constant(null),
  }),
  fc.record({
    provider: fc.constant(null),
    account: fc.constant(null),
    network: fc.constant(null),
    subnet: fc.constant(null),
    realm: fc.constant("public"),
    address: fc.constant(null),
    name: fc.constantFrom("Partner", "a or b", '"quoted"'),
  }),
);
const traffic = fc
  .record({
    ends: fc.array(ends, { minLength: 1, maxLength: 25 }),
    pairs: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(1_000_000), fc.nat(100), fc.nat(20)), { maxLength: 60 }),
  })
  .map(({ ends, pairs }) => ({
    ends,
    pairs: pairs.map(([client, server, bytes, conversations, denied]) => ({
      client: client % ends.length,
      server: server % ends.length,
      bytes,
      conversations,
      denied,
    })),
  }));

const NOTHING: MapSums = [0, 0, 0, 0, 0, 0];
const sum = (edges: readonly { readonly sums: MapSums }[]): MapSums =>
  edges.reduce((total, { sums }) => addSums(total, sums), NOTHING);

describe("the traffic map", () => {
  it("has all traffic of both times on its edges, and every box after the one around it", () => {
    fc.assert(
      fc.property(traffic, traffic, fc.constantFrom(names, noNames), (now, before, known) => {
        const map = trafficMap({ now, before, owners: [], names: known });
        const expected = NOTHING.map((_, at) =>
          (at < 3 ? now : before).pairs.reduce(
            (total, { bytes, conversations, denied }) => total + ([bytes, conversations, denied][at % 3] ?? 0),
            0,
          ),
        );
        expect(map.totals).toEqual(expected);
        expect(sum(map.edges)).toEqual(expected);
        for (const [at, { parent }] of map.nodes.entries()) expect(parent).toBeLessThan(at);
        expect(new Set(map.nodes.map(({ id }) => id)).size).toBe(map.nodes.length);
      }),
    );
  });

  it("gives boxes filters that can be read, whatever ids are", () => {
    fc.assert(
      fc.property(traffic, (now) => {
        for (const { filter } of trafficMap({ now, before: undefined, owners: [], names }).nodes)
          for (const end of ["client.", "server."])
            expect(lintFilter(filter?.replaceAll("END.", end) ?? "", "conversations")).toEqual([]);
      }),
    );
  });

  it("places what no log of its own tells where its address is known", () => {
    const place = { provider: "aws", account: "1", network: "vpc-1", subnet: "subnet-1", realm: "default", name: null };
    const nowhere = { provider: null, account: null, network: null, subnet: null, realm: "default", name: null };
    const pair = { bytes: 1, conversations: 1, denied: 0 };
    const now = {
      ends: [
        { ...place, address: "10.0.0.1" },
        { ...nowhere, address: "10.0.0.1" },
        { ...nowhere, address: "10.9.9.9" },
      ],
      pairs: [
        { client: 0, server: 2, ...pair },
        { client: 1, server: 2, ...pair },
      ],
    };
    const { nodes, edges } = trafficMap({ now, before: undefined, owners: [], names: noNames });
    expect(nodes.filter(({ value }) => value === "10.0.0.1").map(({ inferred }) => inferred)).toEqual([true]);
    expect(nodes.find(({ kind }) => kind === "network")?.filter).toBe(
      "(END.network = vpc-1 or (END.ip in (10.0.0.1) and END.provider is unknown))",
    );
    expect(edges).toHaveLength(1);
  });

  it("puts the smallest of many addresses of one box together", () => {
    const place = { provider: "aws", account: "1", network: "vpc-1", subnet: "subnet-1", realm: "default", name: null };
    const many = Array.from({ length: 300 }, (_, at) => ({ ...place, address: `10.0.${at >> 8}.${at & 255}` }));
    const pairs = many.map((_, at) => ({ client: at, server: 0, bytes: at, conversations: 1, denied: 0 }));
    const map = trafficMap({ now: { ends: many, pairs }, before: undefined, owners: [], names: noNames });
    expect(map.nodes.filter(({ kind }) => kind === "address")).toHaveLength(MOST_LEAVES - 1);
    expect(map.nodes.find(({ kind }) => kind === "rest")?.value).toBe(String(300 - MOST_LEAVES + 1));
    expect(map.nodes.some(({ value }) => value === "10.0.1.43")).toBe(true);
    expect(sum(map.edges)[0]).toBe((299 * 300) / 2);
  });
});

describe("thinning", () => {
  it("keeps sums, and leaves few edges that go between boxes or boxes around them", () => {
    // A box stands in any box before it, or in none.
    const tree = fc
      .array(fc.nat(), { minLength: 1, maxLength: 60 })
      .map((seeds) => seeds.map((seed, at) => ({ parent: (seed % (at + 1)) - 1 })));
    const edges = fc.array(fc.tuple(fc.nat(59), fc.nat(59), fc.nat(1000), fc.nat(100), fc.nat(10)), { maxLength: 200 });
    fc.assert(
      fc.property(tree, edges, fc.integer({ min: 3, max: 40 }), (nodes, list, most) => {
        const all = list.map(([client, server, bytes, conversations, denied]) => ({
          client: client % nodes.length,
          server: server % nodes.length,
          sums: [bytes, conversations, denied, 0, 0, 0] as const,
        }));
        const thin = thinEdges(all, nodes, most);
        expect(sum(thin)).toEqual(sum(all));
        expect(new Set(thin.map(({ client, server }) => `${client} ${server}`)).size).toBe(thin.length);
      }),
    );
  });
});
