import type { SourceDoctorJson, SourceJson } from "#api/contract/index.js";
import { counted } from "#base/human.js";
import { useSourceDoctor } from "../../client/sources.ts";
import { Panel } from "../../ui/panel.tsx";
import { PushEndpoint, PushProgress } from "./push-endpoint.tsx";
import { shownText } from "./shown-text.ts";
import style from "./sources.module.css";
import own from "./push-endpoint.module.css";

type Pushed = SourceJson & { readonly push: NonNullable<SourceJson["push"]> };
type Check = SourceDoctorJson["checks"][number];

/** Sources that others push to: where to send, what has come, and what is in the way. */
export function PushPanel({ sources }: { readonly sources: readonly SourceJson[] }) {
  const pushed = sources.filter((source): source is Pushed => source.push !== null);
  if (pushed.length === 0) return null;
  return (
    <Panel title="What others send">
      {pushed.map((source) => (
        <PushedSource key={source.id} source={source} />
      ))}
    </Panel>
  );
}

function PushedSource({ source }: { readonly source: Pushed }) {
  const { name, push } = source;
  return (
    <section className={own["source"]} aria-label={`Source ${name}`}>
      <h3>{name}</h3>
      <PushProgress source={source} />
      <Findings source={name} isWaiting={push.last_delivery === null} />
      <details open={push.last_delivery === null}>
        <summary>Where to send, and with which key</summary>
        <PushEndpoint endpoint={{ name, accepts: push.accepts, keyFrom: push.key_from }} />
      </details>
    </section>
  );
}

/** What `weir doctor SOURCE` finds. */
function Findings({ source, isWaiting }: { readonly source: string; readonly isWaiting: boolean }) {
  const { data, error } = useSourceDoctor(source);
  if (error !== null)
    return <p className={style["fine"]}>What is in its way could not be looked at: {error.message}</p>;
  if (data === undefined) return null;
  // Where to send stands below, with the address that the page is seen at; that nothing came yet, above.
  const all = data.checks.filter(({ code }) => code !== "endpoint" && !(isWaiting && code === "delivered"));
  const faults = all.filter(({ level }) => level !== "ok");
  const fine = all.filter(({ level }) => level === "ok");
  return (
    <>
      <Checks checks={faults} />
      {fine.length > 0 && (
        <details>
          <summary>{counted(fine.length, "thing")} looked at and fine</summary>
          <Checks checks={fine} />
        </details>
      )}
    </>
  );
}

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <ul className={own["checks"]}>
      {checks.map(({ code, level, finding, reason, next, details }) => (
        <li key={`${code} ${finding}`}>
          <strong data-level={level}>{level}</strong>
          <div>
            <p>{shownText(finding)}</p>
            {[reason, next].map(
              (text) =>
                text !== null && (
                  <p key={text} className={style["fine"]}>
                    {shownText(text)}
                  </p>
                ),
            )}
            {details.map((detail) => (
              <p key={detail} className={style["fine"]}>
                {shownText(detail)}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
