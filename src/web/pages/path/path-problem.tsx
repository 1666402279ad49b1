import type { WhyRequest } from "#api/contract/index.js";
import { ProblemError } from "../../client/request.ts";
import { Failed } from "../../ui/states.tsx";
import { inPageWords } from "./problem-words.ts";
import { joinTarget, splitTarget } from "./target.ts";
import style from "./path.module.css";

interface PathProblemProps {
  readonly error: unknown;
  readonly asked: WhyRequest;
  readonly onAsk: (client: string, server: string) => void;
  readonly retry: () => void;
}

/** A question that has no answer: what is wrong with it, and what to do about it on this page. */
export function PathProblem({ error, asked, onAsk, retry }: PathProblemProps) {
  if (!(error instanceof ProblemError)) return <Failed error={error} retry={retry} />;
  const { problem, instead } = inPageWords(error.problem);
  // Asking the same again helps only where the question was not at fault.
  if (problem === error.problem) return <Failed error={error} retry={retry} />;
  const askInstead = (): void => {
    if (instead?.side === "client") onAsk(instead.end, asked.server);
    else if (instead !== undefined) onAsk(asked.client, joinTarget({ ...splitTarget(asked.server), end: instead.end }));
  };
  return (
    <>
      <Failed error={new ProblemError(problem)} />
      {instead !== undefined && (
        <p className={style["choose"]}>
          Did you mean
          <button type="button" className="button" onClick={askInstead}>
            {instead.end}
          </button>
        </p>
      )}
    </>
  );
}
