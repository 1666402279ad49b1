import { expect, it } from "vitest";
import type { WeirConfig } from "#config/index.js";
import { draftSource, type PlaceOptions } from "./source-draft.ts";

const sources: WeirConfig["sources"] = [
  { name: "logs", url: "s3://logs/net/", every: 60, since: undefined },
  { name: "lab", url: "s3://lab/", endpoint: "http://127.0.0.1:9000", every: 60, since: undefined },
];
const draft = (place: string, options: PlaceOptions = {}) =>
  draftSource(place, options, { sources, cwd: "/", nowMs: 0 });

it("refuses a place that overlaps another one, unless it is forced or only shown", () => {
  for (const place of ["s3://logs/net/AWSLogs/", "s3://logs"]) {
    expect(() => draft(place)).toThrow("lie within each other");
    expect(draft(place, { force: true })).toMatchObject({ url: place });
    expect(draft(place, { print: true })).toMatchObject({ url: place });
  }
  expect(draft("s3://logs/other/").name).toBe("logs-other");
});

it("refuses the same place also when it is forced, whatever its endpoint: a lake knows objects by bucket and key", () => {
  expect(() => draft("s3://logs/net/", { force: true })).toThrow("reads this place already");
  expect(draft("s3://logs/net/", { print: true })).toMatchObject({ url: "s3://logs/net/" });
  for (const endpoint of ["http://127.0.0.1:9000/", "http://127.0.0.1:9001"])
    expect(() => draft("s3://lab", { endpoint })).toThrow("reads this place already");
});
