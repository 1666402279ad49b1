import type { WhyJson } from "#api/contract/index.js";
import { fullCount, humanTime } from "#base/human.js";
import { Panel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";
import { shortId } from "./on-call.ts";
import style from "./path.module.css";

type Logs = WhyJson["coverage"]["client"];
type Gap = Logs["gaps"][number];

const MOST_OBSERVERS = 6;
const MOST_GAPS = 5;

/** What was logged of either side, and why silence proves nothing where it does not. */
export function CoveragePanel({ why: { coverage, range, verdict } }: { readonly why: WhyJson }) {
  const { client, server, missing, hops, pending_hours: pending, logged } = coverage;
  const translations = [...new Set(hops)].filter((hop) => !missing.includes(hop));
  const isSure = ["allowed", "denied", "closed_port", "dropped"].includes(verdict);
  return (
    <Panel title="What the logs cover">
      <p className={style["span"]}>
        Asked: {timeText(range.from)} to {timeText(range.to)} UTC.
        {logged !== null && ` Records in that time: ${timeText(logged.from)} to ${timeText(logged.to)}.`}
        {logged === null && " There is no record of that time at all."}
        {pending > 0 && ` ${fullCount(pending)} ${pending === 1 ? "hour is" : "hours are"} not derived yet.`} From flow
        logs alone: rules, routes and hosts were not looked at.
      </p>
      <div className={style["sides"]}>
        <SideLogs title="Client's side" logs={client} />
        <SideLogs title="Server's side" logs={server} />
      </div>
      {missing.length > 0 && (
        <div className={style["missing"]} data-quiet={isSure}>
          <h3>{isSure ? "Not known, and not needed for this verdict" : "Why silence proves nothing here"}</h3>
          <ul>
            {missing.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      {translations.length > 0 && (
        <div className={style["missing"]} data-quiet="">
          <h3>Between the two, something gives traffic another address</h3>
          <ul>
            {translations.map((hop) => (
              <li key={hop}>{hop}</li>
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

function SideLogs({ title, logs }: { readonly title: string; readonly logs: Logs }) {
  const { conversations, observers, flow_logs: flowLogs, gaps, addresses } = logs;
  return (
    <section className={style["side"]} aria-label={title}>
      <h3>{title}</h3>
      {observers.length === 0 ? (
        <p className={style["warning"]}>Not logged in this time.</p>
      ) : (
        <p>
          {fullCount(conversations)} {conversations === 1 ? "conversation" : "conversations"} of{" "}
          {addresses.asked === null
            ? `${fullCount(addresses.observed)} observed addresses`
            : `${fullCount(addresses.observed)} of ${fullCount(addresses.asked)} ${addresses.asked === 1 ? "address" : "addresses"}`}
        </p>
      )}
      <ul className={style["observers"]}>
        {observers.slice(0, MOST_OBSERVERS).map((observer) => (
          <li key={observer}>
            <Value field="observer" value={observer} label={shortId(observer)} />
          </li>
        ))}
        {observers.length > MOST_OBSERVERS && (
          <li className={style["faint"]}>and {fullCount(observers.length - MOST_OBSERVERS)} more</li>
        )}
      </ul>
      {flowLogs.map(({ flow_log: flowLog, log_type: type, allowed, denied }) => (
        <p key={flowLog} title={flowLog} className={style["flowlog"]}>
          {shortId(flowLog)} <span className={style["faint"]}>{type}</span>
          <Kind kind="allowed" state={allowed} />
          <Kind kind="denied" state={denied} />
        </p>
      ))}
      <Gaps gaps={gaps} />
    </section>
  );
}

/** Whether a flow log writes what was let through, and what was refused. */
function Kind({ kind, state }: { readonly kind: string; readonly state: string }) {
  if (state === "full") return <span className={style["kind"]}>{kind} logged</span>;
  return (
    <span className={style["kind"]} data-missing="">
      {state === "sampled" ? `${kind} sampled` : `no ${kind} seen`}
    </span>
  );
}

function Gaps({ gaps }: { readonly gaps: readonly Gap[] }) {
  if (gaps.length === 0) return null;
  return (
    <ul className={style["gaps"]}>
      {gaps.slice(0, MOST_GAPS).map(({ from, to, cause, observer, flow_log: flowLog }) => (
        <li key={`${from} ${observer ?? flowLog ?? ""} ${cause}`}>
          {timeText(from)} – {timeText(to)}: {cause === "skipdata" ? "records were lost" : "no records"}
        </li>
      ))}
      {gaps.length > MOST_GAPS && <li>and {fullCount(gaps.length - MOST_GAPS)} more gaps</li>}
    </ul>
  );
}

function timeText(time: string): string {
  return humanTime(Date.parse(time) * 1000);
}
