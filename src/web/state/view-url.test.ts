import { expect, it } from "vitest";
import { asked, datasetIn, searchWith, sharedOf, viewIn, zoneIn } from "./view-url.ts";

const of = (text: string): URLSearchParams => new URLSearchParams(text);
const time = {
  nowMs: Date.parse("2026-03-04T15:20:30Z"),
  newestMs: Date.parse("2026-03-04T15:18:59Z"),
  endMs: Date.parse("2026-03-04T15:19Z"),
  oldestMs: Date.parse("2026-02-01T04:00:10Z"),
};

it("asks with the filter, moments and the zone; for the rest with the API's own defaults", () => {
  expect(asked(viewIn(of(""), time))).toEqual({});
  expect(asked(viewIn(of("q=port+%3D+22&from=-1h&tz=Europe/Berlin"), time))).toEqual({
    filter: "port = 22",
    from: "2026-03-04T14:21Z",
    to: "2026-03-04T15:21Z",
    time_zone: "Europe/Berlin",
  });
  expect(asked(viewIn(of("q=+&from=never"), time))).toEqual({});
});

it("takes a day of the zone", () => {
  const view = viewIn(of("from=today&tz=America/New_York"), time);
  expect([view.from, view.to]).toEqual(["2026-03-04T05:00Z", "2026-03-05T05:00Z"]);
});

it("knows zones and datasets, and takes the usual ones for others", () => {
  expect([zoneIn(of("tz=Asia/Kolkata")), zoneIn(of("tz=Mars/Base")), zoneIn(of(""))]).toEqual([
    "Asia/Kolkata",
    "UTC",
    "UTC",
  ]);
  expect([datasetIn(of("dataset=flows")), datasetIn(of("dataset=x"))]).toEqual(["flows", "conversations"]);
});

it("changes parameters, and leaves the others alone", () => {
  expect(searchWith(of("q=a&by=x"), { q: "b & c", by: undefined, step: "" })).toBe("?q=b+%26+c");
  expect(searchWith(of("q=a"), { q: "" })).toBe("");
  expect(sharedOf(of("q=a&off=b&by=x&from=-1h&tz=UTC&dataset=flows")).toString()).toBe("q=a&off=b&from=-1h&tz=UTC");
});
