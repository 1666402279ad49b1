import fc from "fast-check";
import { expect, it } from "vitest";
import type { AnswerJson, JsonCell } from "#api/contract/index.js";
import { changeOf, joinSeries, perSecond, seriesFrom, statsOf, stepAt, stepsOf } from "./series.ts";

const at = (text: string): number => Date.parse(text);

/** An answer by one field, steps of ten minutes over 25 minutes: the last step is half of one. */
function answerOf(groups: Readonly<Record<string, readonly JsonCell[]>>, more = false): AnswerJson {
  const times = ["2026-03-03T10:00:00Z", "2026-03-03T10:10:00Z", "2026-03-03T10:20:00Z"];
  const rows = Object.entries(groups).flatMap(([name, values]) =>
    times.map((time, place) => ({ time, service: name, bytes: values[place] ?? null })),
  );
  return {
    ...({} as AnswerJson),
    by: ["service"],
    rows,
    more,
    step_s: 600,
    compared: null,
    range: { from: "2026-03-03T10:00:00.000Z", to: "2026-03-03T10:25:00.000Z" },
  };
}

it("cuts time into the answer's steps and marks the one that is cut", () => {
  const steps = stepsOf(answerOf({ "443/tcp": [1, 2, 3], "22/tcp": [4, 5, 6] }));
  expect(steps.map(({ isPartial }) => isPartial)).toEqual([false, false, true]);
  expect(steps[2]).toMatchObject({ from: at("2026-03-03T10:20:00Z"), to: at("2026-03-03T10:25:00Z") });
});

it("takes a day with 23 hours for a whole one", () => {
  const rows = ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"].map((time) => ({ time }));
  const range = { from: "2026-03-28T23:00:00Z", to: "2026-03-30T22:00:00Z" };
  expect(stepsOf({ rows, range, step_s: 86_400 }).map(({ isPartial }) => isPartial)).toEqual([false, false]);
});

it("makes one series of each group, and knows the others from a group by that name", () => {
  const { series } = seriesFrom(answerOf({ "443/tcp": [1, 0, 3], "(others)": [9, 9, 9] }, true), "bytes");
  expect(series.map(({ values, points, isOthers }) => ({ values, points, isOthers }))).toEqual([
    { values: ["443/tcp"], points: [1, 0, 3], isOthers: false },
    { values: ["(others)"], points: [9, 9, 9], isOthers: true },
  ]);
  expect(seriesFrom(answerOf({ "(others)": [1, 1, 1] }), "bytes").series[0]?.isOthers).toBe(false);
});

it("tells no logs from no traffic", () => {
  const logged = { from: at("2026-03-03T10:10:00Z"), to: at("2026-03-03T10:15:00Z") };
  expect(seriesFrom(answerOf({ "443/tcp": [0, 0, 0] }), "bytes", logged).series[0]?.points).toEqual([null, 0, null]);
});

it("lines up the time before with the same steps", () => {
  const answer = answerOf({ "443/tcp": [1, 2, 3] });
  const rows = answer.rows.map((row, place) => ({ ...row, bytes_previous: place * 10 }));
  const compared = { from: "2026-03-03T09:35:00Z", to: "2026-03-03T10:00:00Z" };
  expect(seriesFrom({ ...answer, rows, compared }, "bytes").series[0]?.before).toEqual([0, 10, 20]);
  const logged = { from: at("2026-03-03T09:50:00Z"), to: at("2026-03-03T10:25:00Z") };
  expect(seriesFrom({ ...answer, rows, compared }, "bytes", logged).series[0]?.before).toEqual([null, 10, 20]);
});

it("has no series where no row came", () => {
  expect(seriesFrom(answerOf({}), "bytes")).toEqual({ steps: [], series: [] });
});

it("adds up to the same when series are joined", () => {
  const values = fc.array(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 3, maxLength: 3 }), { maxLength: 8 });
  fc.assert(
    fc.property(values, (groups) => {
      const set = seriesFrom(
        answerOf(Object.fromEntries(groups.map((each, place) => [`${place}/tcp`, each]))),
        "bytes",
      );
      const joined = joinSeries(set, ({ values: [value = null] }) =>
        Number.parseInt(value ?? "", 10) % 2 === 0 ? "a" : "b",
      );
      const sum = (points: typeof set.series): number =>
        points.flatMap((each) => each.points).reduce<number>((all, value) => all + (value ?? 0), 0);
      expect(joined.series.length).toBeLessThanOrEqual(2);
      expect(sum(joined.series)).toBe(sum(set.series));
    }),
  );
});

it("divides by the length of each step, also of the one that is cut", () => {
  const rates = perSecond(seriesFrom(answerOf({ "443/tcp": [600, null, 600] }), "bytes"));
  expect(rates.series[0]?.points).toEqual([1, null, 2]);
});

it("counts steps without traffic, and not those without logs", () => {
  expect(statsOf([null, 0, 10, 2])).toEqual({ min: 0, avg: 4, p95: 10, max: 10, last: 2, total: 12 });
  expect(statsOf([null]).total).toBeNull();
  expect(statsOf(Array.from({ length: 100 }, (_, place) => place + 1)).p95).toBe(95);
});

it("knows no change from nothing", () => {
  expect([changeOf(3, 2), changeOf(3, 0), changeOf(null, 2)]).toEqual([0.5, null, null]);
});

it("finds the step of a time", () => {
  const steps = stepsOf(answerOf({ "443/tcp": [1, 2, 3] }));
  expect(
    [at("2026-03-03T10:00:00Z"), at("2026-03-03T10:19:59Z"), at("2026-03-03T10:25:00Z"), 0].map((time) =>
      stepAt(steps, time),
    ),
  ).toEqual([0, 1, undefined, undefined]);
});
