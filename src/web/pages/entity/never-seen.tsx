import { Link } from "wouter";
import type { EntityJson } from "#api/contract/index.js";
import { humanTime } from "#base/human.js";
import { useAnswer } from "../../client/answers.ts";
import { useTimeRange } from "../../state/time.ts";
import { useView } from "../../state/view.ts";
import { AnswerNote } from "../../ui/answer-note.tsx";
import { Panel } from "../../ui/panel.tsx";
import { kindWord, shortId } from "./entity-words.ts";
import style from "./entity.module.css";

/** It is in no log: what that rests on, and what looks like it. */
export function NeverSeen({ entity: { id, searched, nearest } }: { readonly entity: EntityJson }) {
  const { linkTo } = useView();
  const { timeZone } = useTimeRange();
  const { data } = useAnswer(searched === null ? undefined : { ...searched, by: [], measures: ["conversations"] });
  const time = (text: string): string => humanTime(Date.parse(text) * 1000, timeZone);
  const kinds = data?.coverage.kinds;
  return (
    <Panel title={`${shortId(id)} was never seen`}>
      <p>
        {searched === null
          ? "No flows were read yet, so nothing can be said about it."
          : `No conversation between ${time(searched.from)} and ${time(searched.to)} has it: all that was read was searched.`}
      </p>
      {kinds !== undefined && (kinds.denied !== "full" || kinds.allowed !== "full") && (
        <p className={style["warning"]}>
          {kinds.denied === "full" ? "Allowed" : "Denied"} traffic was not logged everywhere: it may have been there all
          the same.
        </p>
      )}
      {nearest.length > 0 && (
        <>
          <h3 className={style["subtitle"]}>Did you mean</h3>
          <ul className={style["nearest"]}>
            {nearest.map(({ kind, id: other, name, detail }) => (
              <li key={`${kind} ${other}`}>
                <Link href={linkTo("/entity", { kind, id: other })}>{name ?? shortId(other)}</Link>
                <span className={style["faint"]}>
                  {" "}
                  {kindWord(kind, other).toLowerCase()}
                  {name !== null && ` ${shortId(other)}`}
                  {detail !== null && `, ${detail}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {data !== undefined && <AnswerNote answer={data} />}
    </Panel>
  );
}
