import { expect, it } from "vitest";
import { CollectReport } from "../collect/collect-report.ts";
import { endedRun } from "./run-outcome.ts";

it("names an object that failed, and none that was read in part or left out", () => {
  const report = new CollectReport();
  report.addProblem({ object: "cut", code: "truncated-gzip", message: "what came before the cut was read" });
  const run = new CollectReport();
  for (const object of ["one", "two"]) run.addFailed({ object, code: "object-denied", message: "not allowed" });
  report.addRun(run);
  expect(endedRun(report, undefined, null)).toMatchObject({
    error: "2 objects could not be read: one: not allowed, and 1 more",
    outcome: { code: "objects-failed", failed: 2 },
  });
  expect(endedRun(new CollectReport(), undefined, null).error).toBeNull();
});
