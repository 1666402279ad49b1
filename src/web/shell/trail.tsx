import { useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { noteStep, useTrail } from "../state/trail-store.ts";
import { pageTitle } from "./pages.ts";
import style from "./trail.module.css";

/** Steps that are shown. */
const SHOWN = 6;

/** The last steps of this tab: what each added to the question. A click goes back to one; the browser's own buttons do, too. */
export function Trail() {
  const [path] = useLocation();
  const search = useSearch();
  useEffect(() => noteStep(path, search, pageTitle), [path, search]);
  const { trail, at } = useTrail();
  const until = trail.findIndex((step) => step.at === at);
  const shown = trail.slice(Math.max(0, until - SHOWN + 1), until + 3);
  if (trail.length < 2) return null;
  return (
    <nav aria-label="Steps so far" className={style["trail"]}>
      <ol>
        {shown.map((step) => (
          <li key={step.at} className={step.at > at ? style["ahead"] : undefined}>
            <button
              type="button"
              aria-current={step.at === at ? "step" : undefined}
              title={step.label}
              onClick={() => history.go(step.at - at)}
            >
              {step.label}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
