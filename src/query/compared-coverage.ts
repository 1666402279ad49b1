import { counted, humanShare, humanTime } from "#base/human.js";
import { coverageIn, observersIn, type TimeRequest } from "./coverage.ts";
import type { QueryEngine } from "./engine.ts";
import { HOUR } from "./time-grid.ts";

/** What is missing of the time that is compared with, for people: a change since then may be one of logs. */
export async function comparedNotes(request: TimeRequest & { readonly nowMs: number }): Promise<string[]> {
  const { range } = request;
  const then = { ...request, engine: besides(request.engine) };
  const observers = await observersIn(then);
  const { share, gaps, moreGaps } = await coverageIn(then);
  if (share === null) return ["Of the time that is compared with nothing is logged."];
  const first = observers.reduce((least, { firstSeen }) => Math.min(least, firstSeen), Number.POSITIVE_INFINITY);
  return [
    ...(first - range.from > HOUR ? [`Logs of the time that is compared with begin at ${humanTime(first)}.`] : []),
    ...(gaps.length === 0
      ? []
      : [
          `Of the time that is compared with ${humanShare(share)} is covered: ${counted(gaps.length + moreGaps, "gap")}.`,
        ]),
  ];
}

/** The engine with relations of other names: those of the same tables for another time hold other files. */
function besides(engine: QueryEngine): QueryEngine {
  return {
    run: async (statement) => {
      const views = statement.reads.map(({ view }) => view);
      const sql = views.reduce((text, view) => text.replaceAll(view, `then_${view}`), statement.sql);
      return engine.run({
        ...statement,
        sql,
        reads: statement.reads.map((read) => ({ ...read, view: `then_${read.view}` })),
      });
    },
  };
}
