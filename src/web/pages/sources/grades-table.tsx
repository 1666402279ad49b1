import type { LogsJson } from "#api/contract/index.js";
import { counted } from "#base/human.js";
import { keyOfLog, logKinds, titleOfLog, type GradedLogJson } from "./grade-words.ts";
import { shownText } from "./shown-text.ts";
import { useCellGrid, type Place } from "./use-cell-grid.ts";
import style from "./grades.module.css";

interface GradesTableProps {
  readonly logs: LogsJson;
  readonly chosen: GradedLogJson | undefined;
  readonly choose: (log: string | undefined) => void;
}

/** Flow logs by questions. A cell under the pointer or the keyboard says why; a flow log's name shows how it could answer more. */
export function GradesTable({ logs: { questions, flow_logs: logs }, chosen, choose }: GradesTableProps) {
  const size = { rows: logs.length, columns: questions.length };
  const { focus, pointed, events } = useCellGrid(size, { row: 0, column: 0 });
  return (
    <>
      <div className={style["frame"]}>
        <table className={style["grid"]} aria-label="What each flow log can answer" {...events}>
          <thead>
            <tr>
              <th scope="col">Flow log</th>
              {questions.map(({ id, title, question }) => (
                <th key={id} scope="col" title={question}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {logs.map((log, row) => (
              <tr key={keyOfLog(log)} className={log === chosen ? style["chosen"] : undefined}>
                <LogName log={log} isChosen={log === chosen} choose={choose} />
                {log.grades.map(({ question, grade, finding }, column) => (
                  <td key={question}>
                    <button
                      type="button"
                      className={style["cell"]}
                      tabIndex={focus.row === row && focus.column === column ? 0 : -1}
                      data-row={row}
                      data-column={column}
                      aria-label={`${grade}: ${finding}`}
                      onClick={() => choose(keyOfLog(log))}
                    >
                      <i className={style[grade]} aria-hidden="true" />
                    </button>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ReasonLine logs={logs} questions={questions} place={pointed} />
    </>
  );
}

interface LogNameProps {
  readonly log: GradedLogJson;
  readonly isChosen: boolean;
  readonly choose: (log: string | undefined) => void;
}

function LogName({ log, isChosen, choose }: LogNameProps) {
  return (
    <th scope="row">
      <button
        type="button"
        className={style["name"]}
        aria-expanded={isChosen}
        title={shownText(log.flow_log)}
        onClick={() => choose(isChosen ? undefined : keyOfLog(log))}
      >
        {titleOfLog(log)}
        <small>
          {logKinds[log.log_type] ?? log.log_type} · {counted(log.interfaces, "interface")}
          {log.name !== null && <> · {shownText(log.flow_log)}</>}
        </small>
      </button>
    </th>
  );
}

interface ReasonLineProps {
  readonly logs: readonly GradedLogJson[];
  readonly questions: LogsJson["questions"];
  readonly place: Place | undefined;
}

/** Why the grade under the pointer or the keyboard is so; else the legend. */
function ReasonLine({ logs, questions, place }: ReasonLineProps) {
  const grade = place === undefined ? undefined : logs[place.row]?.grades[place.column];
  const question = place === undefined ? undefined : questions[place.column];
  if (grade === undefined || question === undefined)
    return (
      <p className={style["line"]}>
        <span className={style["key"]}>
          <i className={style["yes"]} /> yes
        </span>
        <span className={style["key"]}>
          <i className={style["partly"]} /> partly
        </span>
        <span className={style["key"]}>
          <i className={style["no"]} /> no
        </span>
        <span>Point at a grade for its reason. A flow log’s name shows how it could answer more.</span>
      </p>
    );
  return (
    <p className={style["line"]}>
      <strong>{question.question}</strong>
      <span>{grade.finding}</span>
      {grade.grade !== "yes" && <span className={style["why"]}>{question.why}</span>}
    </p>
  );
}
