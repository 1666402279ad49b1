import { ProblemError } from "../../client/request.ts";
import style from "./problem.module.css";

/** What did not work, beside what was tried: the reason and the next step in a few words. */
export function Problem({ error }: { readonly error: unknown }) {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const title = problem?.title ?? (error instanceof Error ? error.message : String(error));
  return (
    <p className={style["problem"]} role="alert">
      <strong>{sentence(title)}</strong>
      {problem?.detail !== undefined && <span>{problem.detail}</span>}
    </p>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
