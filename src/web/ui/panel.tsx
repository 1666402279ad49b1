import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { AnswerJson } from "#api/contract/index.js";
import { AnswerNote } from "./answer-note.tsx";
import { Empty, Failed, Loading } from "./states.tsx";
import style from "./panel.module.css";

interface PanelProps {
  readonly title: ReactNode;
  /** What is done with the panel: links, CSV, a menu. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A part of a page with a title. */
export function Panel({ title, actions, children, className }: PanelProps) {
  return (
    <section className={`${style["panel"]} ${className ?? ""}`}>
      <header className={style["head"]}>
        <h2>{title}</h2>
        {actions !== undefined && <div className={style["actions"]}>{actions}</div>}
      </header>
      <div className={style["body"]}>{children}</div>
    </section>
  );
}

interface AnswerPanelProps extends Omit<PanelProps, "children"> {
  readonly query: UseQueryResult<AnswerJson>;
  /** What it means that no row came back, and what to do. */
  readonly empty: ReactNode;
  readonly children: (answer: AnswerJson) => ReactNode;
}

/** A panel that shows an answer, in all of its states: on its way, none, failed, old while a new one comes. */
export function AnswerPanel({ query, empty, children, ...panel }: AnswerPanelProps) {
  const { data, error, isPlaceholderData } = query;
  return (
    <Panel {...panel}>
      {error !== null && <Failed error={error} retry={() => void query.refetch()} />}
      {error === null && data === undefined && <Loading what="the answer" />}
      {error === null && data !== undefined && (
        <div className={isPlaceholderData ? style["old"] : undefined} aria-busy={isPlaceholderData}>
          {data.rows.length === 0 ? <Empty title="Nothing in this time that matches.">{empty}</Empty> : children(data)}
          <AnswerNote answer={data} />
        </div>
      )}
    </Panel>
  );
}
