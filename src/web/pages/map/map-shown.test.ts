import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MapJson, MapNodeJson } from "#api/contract/index.js";
import { layoutMap, type Rect } from "./map-layout.ts";
import { bridgesOf, chosenEdges, comfortableLevel, ID_LETTERS, shownEdges, shownOf } from "./map-shown.ts";
import { boxTotals } from "./map-scene.ts";
import { addTo, mapTree, pathOf, type MapEdge, type MapTree, type Sums } from "./map-tree.ts";

const kinds = ["account", "network", "subnet", "address"] as const;

/** Trees of clouds and the outside, with edges between any two boxes, at any level. */
const trees: fc.Arbitrary<MapTree> = fc
  .record({
    clouds: fc.integer({ min: 1, max: 3 }),
    hasOutside: fc.boolean(),
    parents: fc.array(fc.nat(), { maxLength: 40 }),
    edges: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(1_000_000), fc.nat(500), fc.nat(50)), { maxLength: 60 }),
  })
  .map(({ clouds, hasOutside, parents, edges }) => {
    const nodes: MapNodeJson[] = [];
    const add = (kind: MapNodeJson["kind"], parent: number, value: string): void => {
      const id = (nodes.length * 7919 + 123_456_789).toString(36).split("").toReversed().join("");
      nodes.push({
        id,
        kind,
        parent,
        value,
        name: null,
        instance: null,
        observer: null,
        inferred: false,
        filter: null,
      });
    };
    for (const cloud of ["aws", "azure", "gcp"].slice(0, clouds)) add("cloud", -1, cloud);
    if (hasOutside) add("outside", -1, "outside");
    const depths = nodes.map(() => 0);
    for (const [at, seed] of parents.entries()) {
      const parent = seed % nodes.length;
      const depth = Math.min((depths[parent] ?? 0) + 1, kinds.length);
      depths.push(depth);
      add(kinds[depth - 1] ?? "address", parent, `thing-${at}`);
    }
    const list = edges.map(([client, server, ...sums]) => [client % nodes.length, server % nodes.length, ...sums]);
    return mapTree({ nodes, edges: list } satisfies Pick<MapJson, "nodes" | "edges">);
  });

const cases = trees.chain((tree) =>
  fc.record({
    tree: fc.constant(tree),
    level: fc.integer({ min: 0, max: 4 }),
    flipped: fc.subarray([...tree.boxes]).map((boxes) => new Set(boxes.map(({ id }) => id.slice(0, ID_LETTERS)))),
    root: fc.option(fc.constantFrom(...tree.boxes.map(({ at }) => at)), { nil: undefined }),
  }),
);

function sum(parts: Iterable<Sums>): number[] {
  const total = [0, 0, 0];
  for (const part of parts) addTo(total, part);
  return total;
}

describe("what is shown", () => {
  it("counts every conversation once: on one edge, inside one box, or elsewhere", () => {
    fc.assert(
      fc.property(cases, ({ tree, level, flipped, root }) => {
        const shown = shownOf(tree, root, { level, flipped });
        const { edges, inside, elsewhere } = shownEdges(tree, shown, root);
        const all = sum([...edges.map((edge) => edge.sums), ...inside.values(), elsewhere]);
        expect(all).toEqual(sum(tree.edges.map((edge) => edge.sums)));
        if (root === undefined) expect(sum([elsewhere])).toEqual([0, 0, 0]);
      }),
    );
  });

  it("has one edge for two boxes, between boxes that are shown and do not hold each other", () => {
    fc.assert(
      fc.property(cases, ({ tree, level, flipped, root }) => {
        const shown = shownOf(tree, root, { level, flipped });
        const places = new Set(shown.boxes.map(({ at }) => at));
        const { edges } = shownEdges(tree, shown, root);
        expect(new Set(edges.map(({ key }) => key)).size).toBe(edges.length);
        for (const { client, server } of edges) {
          expect([places.has(client), places.has(server)]).toEqual([true, true]);
          expect(pathOf(tree, client).some(({ at }) => at === server)).toBe(false);
          expect(pathOf(tree, server).some(({ at }) => at === client)).toBe(false);
        }
      }),
    );
  });

  it("sums up boxes with all that is in them, open or not", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const totals = boxTotals(tree, undefined);
        const isIn = (at: number, outer: number): boolean => pathOf(tree, at).some((box) => box.at === outer);
        const sumOf = (has: (edge: MapEdge) => boolean): number[] =>
          sum(tree.edges.filter(has).map(({ sums }) => sums));
        for (const { at } of tree.boxes) {
          const { sent, received, inside } = totals[at] ?? { sent: [], received: [], inside: [] };
          expect(sum([sent])).toEqual(sumOf(({ client, server }) => isIn(client, at) && !isIn(server, at)));
          expect(sum([received])).toEqual(sumOf(({ client, server }) => !isIn(client, at) && isIn(server, at)));
          expect(sum([inside])).toEqual(sumOf(({ client, server }) => isIn(client, at) && isIn(server, at)));
        }
      }),
    );
  });

  it("tells all that passes between clouds, whatever is open", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const top = (at: number): number => pathOf(tree, at).at(-1)?.at ?? -1;
        const cross = tree.edges.filter(({ client, server }) => {
          const [a, b] = [top(client), top(server)];
          return a !== b && tree.boxes[a]?.kind === "cloud" && tree.boxes[b]?.kind === "cloud";
        });
        expect(sum(bridgesOf(tree).map(({ sums }) => sums))).toEqual(sum(cross.map(({ sums }) => sums)));
      }),
    );
  });

  it("hides small edges only, and never the largest", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ({ tree, level, flipped }, least) => {
        const { edges } = shownEdges(tree, shownOf(tree, undefined, { level, flipped }), undefined);
        const choice = { measure: "bytes", deniedOnly: false, crossOnly: false } as const;
        const [all, some] = [chosenEdges(edges, { ...choice, least: 0 }), chosenEdges(edges, { ...choice, least })];
        expect(all).toHaveLength(edges.length);
        expect(all.slice(all.length - some.length)).toEqual(some);
        if (edges.some(({ sums: [bytes = 0] }) => bytes > 0)) expect(some.length).toBeGreaterThan(0);
      }),
    );
  });

  it("opens as deep as stays readable", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const level = comfortableLevel(tree);
        expect(level).toBeGreaterThanOrEqual(1);
        if (level > 1) {
          const { boxes } = shownOf(tree, undefined, { level, flipped: new Set() });
          expect(boxes.length).toBeLessThanOrEqual(60);
        }
      }),
    );
  });
});

const touches = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("the layout", () => {
  it("has every shown box in the box around it, and no two boxes of one box on each other", () => {
    fc.assert(
      fc.property(cases, ({ tree, level, flipped, root }) => {
        const shown = shownOf(tree, root, { level, flipped });
        const { rects, width, height } = layoutMap(tree, root, shown);
        for (const box of shown.boxes) {
          const rect = rects.get(box.at);
          expect(rect).toBeDefined();
          if (rect === undefined) continue;
          expect(rect.x >= 0 && rect.y >= 0 && rect.x + rect.width <= width && rect.y + rect.height <= height).toBe(
            true,
          );
          if (!shown.open.has(box.at)) continue;
          const inner = box.children.map((child) => rects.get(child)).filter((each) => each !== undefined);
          expect(inner).toHaveLength(box.children.length);
          for (const [at, one] of inner.entries()) {
            expect(one.x >= rect.x && one.x + one.width <= rect.x + rect.width).toBe(true);
            expect(one.y >= rect.y && one.y + one.height <= rect.y + rect.height).toBe(true);
            for (const other of inner.slice(at + 1)) expect(touches(one, other)).toBe(false);
          }
        }
      }),
    );
  });

  it("moves no box of a cloud when something is opened", () => {
    fc.assert(
      fc.property(cases, ({ tree, level, flipped }) => {
        const closed = layoutMap(tree, undefined, shownOf(tree, undefined, { level: 0, flipped: new Set() }));
        const open = layoutMap(tree, undefined, shownOf(tree, undefined, { level, flipped }));
        expect(open.key).toBe(closed.key);
        for (const [at, rect] of closed.rects)
          if (pathOf(tree, at).at(-1)?.kind === "cloud") expect(open.rects.get(at)).toEqual(rect);
      }),
    );
  });
});
