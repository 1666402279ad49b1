import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { AnswerJson, Question } from "#api/contract/index.js";
import { useAnswer } from "../../client/answers.ts";
import { questionSource } from "../../client/panel-source.ts";
import { ProblemError } from "../../client/request.ts";
import { clockText, dayText } from "../../chart/time-axis.ts";
import { useLogged } from "../../chart/use-logged.ts";
import { useView } from "../../state/view.ts";
import { AnswerNote } from "../../ui/answer-note.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { PanelActions } from "../../ui/panel-actions.tsx";
import { PanelPicture, type DrawPicture } from "../../ui/panel-picture.ts";
import { familyOf } from "./catalogue.ts";
import { Controls } from "./controls.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { OverTime } from "./over-time.tsx";
import { controlOf, questionOf, type Control } from "./question.ts";
import { RankedTable } from "./ranked-table.tsx";
import { isOverTime, readState, stateParameters, type ExploreState } from "./state.ts";
import { summaryText } from "./summary.ts";
import { useSettled } from "./use-settled.ts";
import { Ways } from "./ways.tsx";
import style from "./explore.module.css";

/** Changes that follow one another faster are asked once. */
const DEBOUNCE_MS = 300;

/** Group, count, rank and draw, and change any of it by looking. */
export default function ExplorePage() {
  const { view, parameters, change } = useView();
  const state = useMemo(() => readState(parameters), [parameters]);
  const set = useCallback((changes: Partial<ExploreState>) => change(stateParameters(changes)), [change]);
  // What is only shown otherwise is no other question.
  const question = useMemo(() => questionOf(state, view), [state, view]);
  const asked = useSettled(
    useMemo(() => ({ question, state }), [question, state]),
    DEBOUNCE_MS,
  );
  const query = useAnswer(asked.question);
  const client = useQueryClient();
  const [cancelled, setCancelled] = useState<Question>();
  const isCancelled = cancelled === asked.question;
  const cancel = async (): Promise<void> => {
    setCancelled(asked.question);
    await client.cancelQueries({ queryKey: ["query", asked.question] });
  };
  const shown = useLastAnswer(query.isPlaceholderData ? undefined : query.data, asked.state);
  const source = useMemo(() => questionSource(asked.question), [asked.question]);
  const [picture, setPicture] = useState<{ readonly draw: DrawPicture }>();
  const offer = useCallback(
    (draw: DrawPicture | undefined): void => setPicture(draw === undefined ? undefined : { draw }),
    [],
  );
  const mistake = mistakeOf(query.error, state);
  return (
    <div className={style["explore"]}>
      <h1 className="visually-hidden">Explore</h1>
      <Controls state={state} set={set} step={automaticStep(shown)} mistake={mistake} />
      <section className={style["answer"]} aria-label="Answer" aria-busy={query.isFetching}>
        <header className={style["summary"]}>
          <p>{shown === undefined ? " " : summaryText(shown.state, view.filter, shown.answer)}</p>
          <span className={style["actions"]}>
            {query.isFetching ? (
              <button type="button" className="button button-main" onClick={() => void cancel()}>
                Cancel
              </button>
            ) : (
              <button
                type="button"
                className="button"
                onClick={() => {
                  setCancelled(undefined);
                  void query.refetch();
                }}
              >
                Ask again
              </button>
            )}
            <Elsewhere source={source} />
            <PanelActions title="Explore" source={source} picture={picture?.draw} />
          </span>
        </header>
        {query.error !== null && mistake === undefined && (
          <Failed error={query.error} retry={() => void query.refetch()} />
        )}
        {isCancelled && !query.isFetching && query.isPlaceholderData && (
          <p className={style["cancelled"]}>Cancelled. What is shown is the answer before.</p>
        )}
        {shown === undefined ? (
          query.error === null &&
          (isCancelled ? (
            <Empty title="Cancelled.">Ask again, or change the question.</Empty>
          ) : (
            <Loading what="the answer" />
          ))
        ) : (
          <div className={query.isPlaceholderData || query.error !== null ? style["old"] : undefined}>
            <PanelPicture value={offer}>
              <Answer shown={shown} now={state} set={set} />
            </PanelPicture>
            <NotLogged answer={shown.answer} />
            {shown.state.by.some((name) => familyOf(name) === "either") && (
              <p className={style["hint"]}>
                Grouped by either end: what has two different ends counts at both, so that sums are more than
                everything.
              </p>
            )}
            <AnswerNote answer={shown.answer} />
          </div>
        )}
      </section>
    </div>
  );
}

/** What “auto” came to, as long as the answer of that is shown. */
function automaticStep(shown: Shown | undefined): number | undefined {
  return shown?.state.step === "auto" ? (shown.answer.step_s ?? undefined) : undefined;
}

interface Shown {
  readonly answer: AnswerJson;
  /** The state that asked for it. */
  readonly state: ExploreState;
}

/** The newest answer that came, with the state that it answers: it stays while a new one comes, or fails. */
function useLastAnswer(answer: AnswerJson | undefined, state: ExploreState): Shown | undefined {
  const [last, setLast] = useState<Shown>();
  if (answer !== undefined && last?.answer !== answer) setLast({ answer, state });
  return answer === undefined ? last : { answer, state };
}

interface AnswerProps {
  readonly shown: Shown;
  readonly now: ExploreState;
  readonly set: (changes: Partial<ExploreState>) => void;
}

function Answer({ shown: { answer, state: then }, now, set }: AnswerProps) {
  // Of the state of now only what changes the picture of the same answer.
  const isSame = isOverTime(then.graph) === isOverTime(now.graph);
  const state = { ...then, pinned: now.pinned, graph: isSame ? now.graph : then.graph };
  if (answer.rows.length === 0)
    return (
      <Empty title="Nothing in this time that matches.">Widen the time, or take a condition out of the filter.</Empty>
    );
  if (isOverTime(state.graph)) return <OverTime state={state} answer={answer} set={set} />;
  if (state.graph === "sankey") return <Ways state={state} answer={answer} />;
  return <RankedTable state={state} answer={answer} />;
}

/** Says where the logs begin, if that is in the midst of the time that is compared with. */
function NotLogged({ answer: { compared, time_zone: zone } }: { readonly answer: AnswerJson }) {
  const logged = useLogged();
  if (compared === null || logged === undefined || Date.parse(compared.from) >= logged.from - 60_000) return null;
  return (
    <p className={style["hint"]}>
      Logs begin on {dayText(logged.from, zone)} at {clockText(logged.from, zone)}: the time that is compared with is
      not wholly in them, and changes say little.
    </p>
  );
}

interface Mistake {
  readonly control: Control;
  readonly message: string;
  readonly next: string | undefined;
}

/** A problem that one control is to blame for. */
function mistakeOf(error: unknown, { having }: ExploreState): Mistake | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const { code, place, title, detail } = error.problem;
  const isHaving = having.some((condition) => place?.includes(condition) === true);
  const control = isHaving ? "having" : controlOf(code, place);
  return control === undefined ? undefined : { control, message: `${title}.`, next: detail };
}
