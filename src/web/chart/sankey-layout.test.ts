import fc from "fast-check";
import { expect, it } from "vitest";
import { nodeId, partOf, sankeyLayout, type SankeyPath } from "./sankey-layout.ts";

const path = (values: readonly (string | null)[], value: number, isDenied = false): SankeyPath => ({
  values,
  value,
  isDenied,
});

it("keeps a value in two layers apart, so that no way is a circle", () => {
  const { nodes, links } = sankeyLayout([path(["a", "b"], 3), path(["b", "a"], 2)], 200);
  expect(nodes.map(({ id }) => id).toSorted()).toEqual(
    [nodeId(0, "a"), nodeId(0, "b"), nodeId(1, "a"), nodeId(1, "b")].toSorted(),
  );
  expect(links.map(({ from, to, total }) => [from, to, total])).toEqual([
    [nodeId(0, "a"), nodeId(1, "b"), 3],
    [nodeId(0, "b"), nodeId(1, "a"), 2],
  ]);
});

it("joins ways between the same nodes, and tells denied from allowed", () => {
  const { links } = sankeyLayout(
    [path(["a", "b", "x"], 3), path(["a", "b", "y"], 2), path(["a", "b", "y"], 1, true)],
    200,
  );
  const first = links.filter(({ layer }) => layer === 0);
  expect(first.map(({ total, isDenied }) => [total, isDenied])).toEqual([
    [5, false],
    [1, true],
  ]);
});

it("puts the largest at the top and the rest at the bottom", () => {
  const { nodes } = sankeyLayout([path(["(others)", "s"], 90), path(["small", "s"], 1), path(["large", "s"], 9)], 300);
  const first = nodes.filter(({ layer }) => layer === 0).toSorted((a, b) => a.y - b.y);
  expect(first.map(({ value }) => value)).toEqual(["large", "small", "(others)"]);
});

it("leaves out what counts nothing", () => {
  expect(sankeyLayout([path(["a", "b"], 0)], 100)).toEqual({ nodes: [], links: [] });
  expect(sankeyLayout([], 100).nodes).toEqual([]);
});

it("shows how much of each part belongs to a way", () => {
  const paths = [path(["a", "b"], 3), path(["a", "c"], 1)];
  const layout = sankeyLayout(paths, 100);
  const part = partOf(layout, paths, new Set([0]));
  expect(part.get(nodeId(0, "a"))).toBe(0.75);
  expect(part.get(nodeId(1, "b"))).toBe(1);
  expect(part.get(nodeId(1, "c"))).toBeUndefined();
});

it("keeps every layer inside of its height, nodes apart, and the sum of each layer", () => {
  const value = fc.constantFrom("a", "b", "c", "d", "e", null);
  const paths = fc.array(
    fc.record({
      values: fc.tuple(value, value, value),
      value: fc.integer({ min: 1, max: 1e6 }),
      isDenied: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(paths, (all) => {
      const { nodes } = sankeyLayout(all, 400);
      const total = all.reduce((sum, each) => sum + each.value, 0);
      for (const layer of [0, 1, 2]) {
        const own = nodes.filter((node) => node.layer === layer).toSorted((a, b) => a.y - b.y);
        expect(own.reduce((sum, node) => sum + node.total, 0)).toBe(total);
        for (const [at, node] of own.entries()) {
          expect(node.y).toBeGreaterThanOrEqual(-0.001);
          expect(node.y + node.height).toBeLessThanOrEqual(402);
          const next = own[at + 1];
          if (next !== undefined) expect(next.y).toBeGreaterThan(node.y);
        }
      }
    }),
  );
});
