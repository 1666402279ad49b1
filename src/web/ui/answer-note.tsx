import type { AnswerJson } from "#api/contract/index.js";
import { fullCount, humanCount, humanShare } from "#base/human.js";
import style from "./answer-note.module.css";

/** What is told of any answer. */
type Noted = Pick<AnswerJson, "table" | "why" | "scanned_rows" | "elapsed_ms" | "coverage" | "notes">;

/** Which table answered, what it read, how long it took, and how much of the time the logs cover. */
export function AnswerNote({ answer }: { readonly answer: Noted }) {
  const { table, why, scanned_rows: rows, elapsed_ms: ms, coverage } = answer;
  return (
    <p className={style["note"]}>
      <span title={why}>{table}</span>
      <span title={`${fullCount(rows)} rows`}>{humanCount(rows)} rows</span>
      <span>{fullCount(ms)} ms</span>
      <span title={coverageTitle(coverage)} className={(coverage.share ?? 0) < 0.95 ? style["partial"] : undefined}>
        {coverage.share === null ? "coverage unknown" : `coverage ${humanShare(coverage.share)}`}
      </span>
      {coverage.kinds.denied === "none" && (
        <span className={style["partial"]}>no denied traffic was logged in this time</span>
      )}
      {coverage.kinds.allowed === "none" && (
        <span className={style["partial"]}>no allowed traffic was logged in this time</span>
      )}
      {answer.notes.map((note) => (
        <span key={note} className={style["partial"]}>
          {note}
        </span>
      ))}
    </p>
  );
}

function coverageTitle({ interfaces, gaps, more_gaps: more }: AnswerJson["coverage"]): string {
  const count = gaps.length + more;
  return `${interfaces.seen} of ${interfaces.expected} known interfaces wrote; ${count} ${count === 1 ? "gap" : "gaps"}`;
}
