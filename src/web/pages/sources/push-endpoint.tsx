import type { SourceJson } from "#api/contract/index.js";
import { counted, fullCount } from "#base/human.js";
import {
  curlLine,
  firehoseSettings,
  firehoseUrl,
  isForFirehose,
  pushUrl,
  type PushEndpoint as Endpoint,
} from "#model/push-endpoint.js";
import { Link } from "wouter";
import { useView } from "../../state/view.ts";
import { Ago } from "./ago.tsx";
import { Command } from "./command.tsx";
import style from "./sources.module.css";
import own from "./push-endpoint.module.css";

/** Where to send to, with which key, and a line that tries it. The key itself is nowhere on the page. */
export function PushEndpoint({ endpoint }: { readonly endpoint: Endpoint }) {
  const { origin } = window.location;
  const { accepts, keyFrom } = endpoint;
  return (
    <div className={own["endpoint"]}>
      <dl className={own["places"]}>
        {accepts === "any" && (
          <div>
            <dt>Address</dt>
            <dd>
              <Command>{pushUrl(origin, endpoint)}</Command>
            </dd>
          </div>
        )}
        <div>
          <dt>Firehose: HTTP endpoint URL</dt>
          <dd>
            <Command>{firehoseUrl(origin, endpoint)}</Command>
            {!isForFirehose(origin) && (
              <p className={style["fine"]}>
                Firehose posts to HTTPS at port 443 only, with a certificate of a public authority: put a proxy in front
                that ends TLS, start <code>weir serve --behind-tls</code>, and take its name in the place of{" "}
                <code>{origin}</code>.
              </p>
            )}
          </dd>
        </div>
        <div>
          <dt>Access key</dt>
          <dd>
            what is in <code>{keyFrom}</code>
          </dd>
        </div>
        {firehoseSettings.map(([setting, value]) => (
          <div key={setting}>
            <dt>Firehose: {setting.toLowerCase()}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className={style["fine"]}>
        {accepts === "any"
          ? "Sends a file, where the key is set:"
          : "Tries address and key with a delivery that holds nothing, where the key is set:"}
      </p>
      <Command>{curlLine(origin, endpoint)}</Command>
    </div>
  );
}

/** What has come so far. */
export function PushProgress({ source }: { readonly source: SourceJson }) {
  const { linkTo } = useView();
  const { push, records } = source;
  if (push === null) return null;
  return (
    <div className={own["progress"]} role="status">
      {push.last_delivery === null ? (
        <p className={own["waiting"]}>Waiting for the first delivery …</p>
      ) : (
        <p>
          The last delivery came <Ago time={push.last_delivery} />.{" "}
          {records.flows > 0 ? (
            <>
              {counted(records.flows, "flow")} in the lake: <Link href={linkTo("/conversations")}>look at them</Link>
            </>
          ) : records.total > 0 ? (
            `${fullCount(records.total)} records were read, none of them is a flow.`
          ) : push.records > 0 ? (
            "It is being read."
          ) : (
            "It held no record: address and key are right."
          )}
        </p>
      )}
    </div>
  );
}

/** Why something was not taken. */
export function Refused({ children }: { readonly children: string }) {
  return <p className={own["refused"]}>{children}</p>;
}
