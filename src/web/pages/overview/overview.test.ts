import { expect, it } from "vitest";
import { mapTree } from "../map/map-tree.ts";
import { cloudTraffic, type CloudPair } from "./clouds.ts";
import { deniedFilter, onceFilter, overviewQuestions } from "./questions.ts";

const node = (value: string, kind: "cloud" | "outside" | "address", parent = -1) => ({
  id: `${value}${parent}`,
  kind,
  parent,
  value,
  name: null,
  instance: null,
  observer: null,
  inferred: false,
  filter: null,
});

it("tells traffic between clouds from what stays inside and what goes outside, each as the map counts it", () => {
  const found = cloudTraffic(
    mapTree({
      nodes: [
        node("aws", "cloud"),
        node("azure", "cloud"),
        node("outside", "outside"),
        node("10.0.0.1", "address", 0),
        node("10.1.0.1", "address", 1),
      ],
      edges: [
        [3, 4, 7, 2, 0],
        [3, 1, 3, 1, 0],
        [4, 3, 51, 4, 1],
        [3, 0, 100, 10, 0],
        [2, 3, 5, 5, 5],
        [2, 2, 9, 9, 9],
      ],
    }),
  );
  const told = (pairs: readonly CloudPair[]) =>
    pairs.map(({ client, server, sums }) => [client.value, server.value, ...sums]);
  expect(told(found.between)).toEqual([
    ["azure", "aws", 51, 4, 1],
    ["aws", "azure", 10, 3, 0],
  ]);
  expect(told(found.inside)).toEqual([["aws", "aws", 100, 10, 0]]);
  expect(told(found.outside)).toEqual([["outside", "aws", 5, 5, 5]]);
});

it("leaves strays out of what was denied, and a mistake in the filter as it is", () => {
  expect(deniedFilter("")).toBe("verdict = denied and class != stray");
  expect(deniedFilter("server.port = 22 or server.port = 23")).toBe(
    "(server.port = 22 or server.port = 23) and verdict = denied and class != stray",
  );
  expect(deniedFilter("server.prt = 22")).toBe("server.prt = 22");
});

it("counts between clouds what is no other conversation's bytes again, and no stray", () => {
  expect(onceFilter("server.port = 22")).toBe("server.port = 22 and class not in (stray, translated, encapsulation)");
});

it("asks everything about the same time and filter", () => {
  const view = {
    filter: "service = 443/tcp",
    from: "2026-03-03T10:00Z",
    to: "2026-03-03T11:00Z",
    timeZone: "Europe/Berlin",
  };
  for (const question of Object.values(overviewQuestions(view)))
    expect(question).toMatchObject({
      from: view.from,
      to: view.to,
      time_zone: "Europe/Berlin",
      filter: expect.stringContaining("service"),
    });
});
