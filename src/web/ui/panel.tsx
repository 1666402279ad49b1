import type { UseQueryResult } from "@tanstack/react-query";
import { useCallback, useState, type ReactNode } from "react";
import type { AnswerJson, Question } from "#api/contract/index.js";
import { questionSource, type PanelSource } from "../client/panel-source.ts";
import { AnswerNote } from "./answer-note.tsx";
import { PanelActions } from "./panel-actions.tsx";
import { PanelPicture, type DrawPicture } from "./panel-picture.ts";
import { Empty, Failed, Loading } from "./states.tsx";
import style from "./panel.module.css";

interface PanelProps {
  readonly title: ReactNode;
  /** What is done with the panel beside its menu. */
  readonly actions?: ReactNode;
  /** Where its content comes from: then it has a menu with link, downloads and the same question elsewhere. */
  readonly source?: PanelSource | undefined;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A part of a page with a title. */
export function Panel({ title, actions, source, children, className }: PanelProps) {
  const [picture, setPicture] = useState<{ readonly draw: DrawPicture }>();
  const offer = useCallback(
    (draw: DrawPicture | undefined): void => setPicture(draw === undefined ? undefined : { draw }),
    [],
  );
  return (
    <section className={`${style["panel"]} ${className ?? ""}`}>
      <header className={style["head"]}>
        <h2>{title}</h2>
        <div className={style["actions"]}>
          {actions}
          {source !== undefined && (
            <PanelActions
              title={typeof title === "string" ? title : "this panel"}
              source={source}
              picture={picture?.draw}
            />
          )}
        </div>
      </header>
      <PanelPicture value={offer}>
        <div className={style["body"]}>{children}</div>
      </PanelPicture>
    </section>
  );
}

interface AnswerPanelProps extends Omit<PanelProps, "children" | "source"> {
  /** As `useAnswer` gives it; the question that comes with it is what the panel's menu is about. */
  readonly query: UseQueryResult<AnswerJson & { readonly question?: Question }>;
  /** What it means that no row came back, and what to do. */
  readonly empty: ReactNode;
  readonly children: (answer: AnswerJson) => ReactNode;
}

/** A panel that shows an answer, in all of its states: on its way, none, failed, old while a new one comes. */
export function AnswerPanel({ query, empty, children, ...panel }: AnswerPanelProps) {
  const { data, error, isPlaceholderData } = query;
  const source = data?.question === undefined ? undefined : questionSource(data.question);
  return (
    <Panel {...panel} source={source}>
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
