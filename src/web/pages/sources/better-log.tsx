import { useState } from "react";
import { humanTime } from "#base/human.js";
import { useView } from "../../state/view.ts";
import { Command } from "./command.tsx";
import { titleOfLog, type GradedLogJson, type QuestionJson } from "./grade-words.ts";
import style from "./grades.module.css";
import { shownText } from "./shown-text.ts";

const tools = [
  { key: "terraform", title: "Terraform" },
  { key: "cli", title: "Command line" },
  { key: "bicep", title: "Bicep" },
] as const;

interface BetterLogProps {
  readonly log: GradedLogJson;
  readonly questions: readonly QuestionJson[];
}

/** What one flow log lacks, in words, and the text of one that answers more. */
export function BetterLog({ log, questions }: BetterLogProps) {
  const short = log.grades.filter(({ grade }) => grade !== "yes");
  return (
    <section className={style["better"]} aria-label={`${titleOfLog(log)} in words`}>
      <div>
        <h3>{titleOfLog(log)}</h3>
        {log.told !== null && <SetUp told={log.told} />}
        {short.length === 0 && <p className={style["quiet"]}>It answers every question.</p>}
        <ul className={style["lacks"]}>
          {short.map(({ question, grade, finding, can_mend: canMend }) => {
            const asked = questions.find(({ id }) => id === question);
            return (
              <li key={question}>
                <i className={style[grade]} aria-hidden="true" />
                <div>
                  <strong>{asked?.question ?? question}</strong> <span className="visually-hidden">{grade}. </span>
                  {finding}
                  <span className={style["quiet"]}>
                    {asked?.why}
                    {!canMend && " No flow log of this kind has more."}
                  </span>
                </div>
              </li>
            );
          })}
        </ul>
      </div>
      {log.better !== null && <BetterText better={log.better} />}
    </section>
  );
}

/** How the cloud says that it is set up. */
function SetUp({ told }: { readonly told: NonNullable<GradedLogJson["told"]> }) {
  const { view } = useView();
  const facts = [
    ...(told.filter === null ? [] : [`only flows that meet ${told.filter}`]),
    told.record_types === null ? `traffic ${told.traffic}` : `record types ${told.record_types}`,
    ...(told.interval_s === null ? [] : [`windows of ${told.interval_s} s`]),
    ...(told.destination === "" ? [] : [`to ${told.destination}`]),
    ...(told.enabled ? [] : ["disabled"]),
    ...(told.delivery_error === null ? [] : [`delivery fails: ${told.delivery_error}`]),
    ...(told.gone_at === null ? [] : ["gone since"]),
  ];
  return (
    <p className={style["quiet"]}>
      {shownText(facts.join(", "))} (told by {told.by} {humanTime(Date.parse(told.at) * 1000, view.timeZone)})
    </p>
  );
}

function BetterText({ better }: { readonly better: NonNullable<GradedLogJson["better"]> }) {
  const known = tools.filter(({ key }) => better[key] !== null);
  const [tool, setTool] = useState<(typeof tools)[number]["key"]>("terraform");
  return (
    <div>
      <div className={style["tools"]} role="group" aria-label="A better flow log for">
        <h3>A better flow log</h3>
        {known.map(({ key, title }) => (
          <button
            key={key}
            type="button"
            className="button button-quiet"
            aria-pressed={tool === key}
            onClick={() => setTool(key)}
          >
            {title}
          </button>
        ))}
      </div>
      <Command what="the better flow log">{better[tool] ?? ""}</Command>
    </div>
  );
}
