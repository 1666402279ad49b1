import { useState } from "react";
import { counted, fullCount, humanBytes, humanTime } from "#base/human.js";
import { daysUntil } from "#base/time.js";
import { useView } from "../../state/view.ts";
import { titleOfLog, type MigrationJson } from "./grade-words.ts";
import { shownText } from "./shown-text.ts";
import style from "./grades.module.css";

type NsgLogJson = MigrationJson["flow_logs"][number];
type ComparedJson = MigrationJson["compared"][number];

const states: Readonly<Record<NsgLogJson["state"], { readonly mark: string; readonly words: string }>> = {
  none: { mark: "no", words: "no successor" },
  partly: { mark: "partly", words: "in part" },
  whole: { mark: "yes", words: "replaced" },
};

/** Which NSG flow logs have a VNet flow log in their place, and how both compare where both run. */
export function MigrationList({ migration }: { readonly migration: MigrationJson }) {
  const { retirement, flow_logs: logs, compared, not_compared: more } = migration;
  const [nowMs] = useState(() => Date.now());
  const days = daysUntil(retirement, nowMs);
  const left = logs.filter(({ state }) => state !== "whole").length;
  return (
    <>
      <p className={style["lead"]}>
        NSG flow logs go away on <strong>{retirement}</strong>
        {days > 0 ? `, in ${counted(days, "day")}` : ""}.{" "}
        {left === 0 ? "Each has a successor." : `Not replaced yet: ${left} of ${logs.length}.`}
      </p>
      <ul className={style["migration"]}>
        {logs.map((log) => (
          <NsgLog key={log.flow_log} log={log} />
        ))}
      </ul>
      {compared.length > 0 && <h3 className={style["heading"]}>Interfaces that both watch</h3>}
      {compared.map((each) => (
        <Compared key={each.interface} compared={each} />
      ))}
      {more > 0 && <p className={style["quiet"]}>And {counted(more, "interface")} more, not compared.</p>}
    </>
  );
}

function NsgLog({ log }: { readonly log: NsgLogJson }) {
  const { view } = useView();
  const { mark, words } = states[log.state];
  return (
    <li>
      <i className={style[mark]} aria-hidden="true" />
      <div>
        <strong title={shownText(log.flow_log)}>{titleOfLog({ ...log, name: null })}</strong> {words}
        <span className={style["quiet"]}>
          {log.told === null ? writtenText(log) : toldText(log.told)}
          {log.records === 0 && "; it wrote nothing in this time"}
          {log.beside_logged.length > 0 &&
            `; ${counted(log.beside_logged.length, "of them shares", "of them share")} a /24 with logged ones, and may be quiet`}
          {log.silent_since !== null &&
            `; silent since ${humanTime(Date.parse(log.silent_since) * 1000, view.timeZone)}, as Azure may stop it where a VNet flow log runs`}
        </span>
      </div>
    </li>
  );
}

const MOST_MISSING = 3;

function listed(ids: readonly string[]): string {
  const more = ids.length > MOST_MISSING ? ` and ${ids.length - MOST_MISSING} more` : "";
  return `${ids.slice(0, MOST_MISSING).map(shownText).join(", ")}${more}`;
}

/** By which interfaces wrote to both kinds of flow log. */
function writtenText({ interfaces, missing }: NsgLogJson): string {
  const covered = `${interfaces - missing.length} of ${counted(interfaces, "interface")} that wrote in a VNet flow log`;
  return missing.length === 0 ? covered : `${covered}; missing ${listed(missing)}`;
}

/** By how flow logs are set up. */
function toldText({ interfaces, uncovered }: NonNullable<NsgLogJson["told"]>): string {
  if (interfaces === 0) return "no subnet and no interface has it, as Azure says";
  const covered = `${interfaces - uncovered.length} of ${counted(interfaces, "interface")} covered by a VNet flow log, as Azure says`;
  return uncovered.length === 0
    ? covered
    : `${covered}; not ${listed(uncovered.map((id) => id.split("/").at(-1) ?? id))}`;
}

function Compared({ compared }: { readonly compared: ComparedJson }) {
  const { nsg, vnet, same, differences } = compared;
  const open = differences.filter(({ explained }) => !explained).reduce((sum, each) => sum + each.connections, 0);
  return (
    <details className={style["compared"]}>
      <summary>
        <code>{shownText(compared.interface)}</code> {counted(same, "connection")} the same,{" "}
        {open === 0 ? "no difference that is not explained" : `${fullCount(open)} not explained`}
      </summary>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Log</th>
            {["Tuples", "Connections", "Denied", "Rules", "Bytes"].map((title) => (
              <th key={title} scope="col" className="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[
            { name: "NSG", sums: nsg },
            { name: "VNet", sums: vnet },
          ].map(({ name, sums }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{fullCount(sums.tuples)}</td>
              <td className="number">{fullCount(sums.connections)}</td>
              <td className="number">{fullCount(sums.denied)}</td>
              <td className="number">{fullCount(sums.rules)}</td>
              <td className="number">{humanBytes(sums.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className={style["migration"]}>
        {differences.map(({ code, explained, connections, words, example }) => (
          <li key={code}>
            <i className={style[explained ? "yes" : "no"]} aria-hidden="true" />
            <div>
              {explained ? "Known" : "Not explained"}: {counted(connections, "connection")}. {words}
              {!explained && <span className={style["quiet"]}>Such as {example}</span>}
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
