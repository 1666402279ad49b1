import { Copy } from "lucide-react";
import { Link } from "wouter";
import type { WhyJson, WhyRequest } from "#api/contract/index.js";
import { whySource } from "../../client/panel-source.ts";
import { useView } from "../../state/view.ts";
import { useCopy } from "../../ui/copy-text.ts";
import { PanelActions } from "../../ui/panel-actions.tsx";
import { explaining, lossReasons } from "./losses.ts";
import { conversationsFilter, onCall, upper } from "./on-call.ts";
import { PathPicture } from "./path-picture.tsx";
import { joinTarget, splitTarget } from "./target.ts";
import style from "./path.module.css";

interface VerdictPanelProps {
  readonly why: WhyJson;
  readonly asked: WhyRequest;
  readonly onAsk: (client: string, server: string) => void;
}

const verdicts: Readonly<Record<WhyJson["verdict"], readonly [text: string, tone: "good" | "bad" | "open"]>> = {
  allowed: ["Allowed", "good"],
  denied: ["Denied", "bad"],
  dropped: ["Dropped", "bad"],
  lost: ["Lost on the way", "bad"],
  unanswered: ["Not answered", "open"],
  closed_port: ["Closed port", "open"],
  mixed: ["Mixed", "open"],
  stray: ["Late packets only", "open"],
  reverse: ["Only the other way around", "open"],
  unseen: ["Never seen", "open"],
  unknown: ["No verdict", "open"],
};

/** The sentence, the drawing, and what somebody on call needs. */
export function VerdictPanel({ why, asked, onAsk }: VerdictPanelProps) {
  const { linkTo } = useView();
  const { said, copy } = useCopy();
  const [stamp, tone] = verdicts[why.verdict];
  const lost = why.verdict === "dropped" ? explaining(why, why.cases[0]) : undefined;
  const { happened, mend, next } = onCall(why);
  const filter = conversationsFilter(why);
  return (
    <section className={style["verdict"]} data-tone={tone} aria-label="The verdict">
      <header className={style["head"]}>
        <span className={style["stamp"]}>{lost === undefined ? stamp : upper(lossReasons([lost]))}</span>
        <span className={style["tools"]}>
          <span role="status" className={style["faint"]}>
            {said}
          </span>
          <button type="button" className="button button-quiet" onClick={() => copy(why.sentence, "Sentence")}>
            <Copy size={14} aria-hidden="true" /> Copy the sentence
          </button>
          {filter !== undefined && (
            <Link className="button" href={linkTo("/conversations", { q: filter })}>
              Its conversations
            </Link>
          )}
          <PanelActions title="The verdict" source={whySource(asked)} />
        </span>
      </header>
      <p className={style["sentence"]}>{why.sentence}</p>
      {why.verdict === "reverse" && (
        <button type="button" className="button" onClick={() => onAsk(splitTarget(asked.server).end, asked.client)}>
          Ask the other way around
        </button>
      )}
      <Ambiguous why={why} asked={asked} onAsk={onAsk} />
      <PathPicture why={why} />
      <dl className={style["oncall"]} aria-label="For who is on call">
        <dt>What happened</dt>
        <dd>{happened}</dd>
        <dt>Who can mend it</dt>
        <dd>{mend}</dd>
        <dt>What to check next</dt>
        <dd>{next}</dd>
      </dl>
    </section>
  );
}

/** A name of several addresses: which of them is meant? */
function Ambiguous({ why, asked, onAsk }: VerdictPanelProps) {
  const several = (["client", "server"] as const).filter((side) => {
    const { addresses, asked: text } = why[side];
    return addresses.length > 1 && !text.includes("/");
  });
  const target = splitTarget(asked.server);
  return several.map((side) => (
    <p key={side} className={style["choose"]}>
      “{why[side].asked}” stands for {why[side].addresses.length + why[side].more_addresses} addresses. Ask about one:
      {why[side].addresses.filter(isOne).map((address) => (
        <button
          key={address}
          type="button"
          className="button"
          onClick={() =>
            side === "client"
              ? onAsk(address, asked.server)
              : onAsk(asked.client, joinTarget({ ...target, end: address }))
          }
        >
          {address}
        </button>
      ))}
    </p>
  ));
}

function isOne(addresses: string): boolean {
  return !addresses.includes("-");
}
