import type { ReactNode } from "react";
import { ProblemError } from "../client/request.ts";
import style from "./states.module.css";

/** Something is on its way: says what, and only after a moment, so that what is fast does not flicker. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div className={style["state"]} role="status">
      <span className={style["spinner"]} aria-hidden="true" />
      <span>Loading {what} …</span>
    </div>
  );
}

/** Nothing is there: says why, and what to do. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className={style["state"]}>
      <strong>{title}</strong>
      {children !== undefined && <div className={style["detail"]}>{children}</div>}
    </div>
  );
}

/** It did not work: the message, the place, the next step. */
export function Failed({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  return (
    <div className={`${style["state"]} ${style["failed"]}`} role="alert">
      <strong>{problem?.title ?? (error instanceof Error ? error.message : String(error))}</strong>
      {problem?.place !== undefined && <pre className={style["place"]}>{problem.place}</pre>}
      {problem?.detail !== undefined && <div className={style["detail"]}>{problem.detail}</div>}
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
