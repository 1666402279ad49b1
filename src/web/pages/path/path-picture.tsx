import { Check, Laptop, Server, X } from "lucide-react";
import { Link } from "wouter";
import type { WhyJson } from "#api/contract/index.js";
import { useView } from "../../state/view.ts";
import { counted } from "#base/human.js";
import { pathDrawings, type Arrow, type LegDrawing } from "./drawing.ts";
import { serviceText } from "#model/protocols.js";
import style from "./path.module.css";

const MOST_DRAWINGS = 4;

/** The drawing of the verdict; of a mixed one, a drawing of each case, under what became of it. */
export function PathPicture({ why }: { readonly why: WhyJson }) {
  const drawings = pathDrawings(why);
  const shown = drawings.slice(0, MOST_DRAWINGS);
  const more = drawings.length - shown.length;
  return (
    <div className={style["pictures"]}>
      {shown.map(({ says, conversations, legs }, at) => (
        // Cases have no name of their own and never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <figure key={at} className={style["figure"]}>
          {says !== undefined && (
            <figcaption>
              {says} <span className={style["faint"]}>{counted(conversations, "conversation")}</span>
            </figcaption>
          )}
          <Drawing why={why} legs={legs} />
        </figure>
      ))}
      {more > 0 && <p className={style["faint"]}>{counted(more, "more case")}: see what was seen, below.</p>}
    </div>
  );
}

/** The two ends and what passed between them: requests above, answers below, each side as its own log has it. */
function Drawing({ why, legs }: { readonly why: WhyJson; readonly legs: readonly LegDrawing[] }) {
  return (
    <div className={style["picture"]} role="group" aria-label="The path, drawn">
      <EndBox why={why} side="client" />
      {legs.map((leg) => (
        <LegPicture key={leg.leg} leg={leg} />
      ))}
      <EndBox why={why} side="server" />
    </div>
  );
}

function EndBox({ why, side }: { readonly why: WhyJson; readonly side: "client" | "server" }) {
  const { linkTo } = useView();
  const { asked, name, addresses, more_addresses: more } = why[side];
  const [only] = addresses;
  const isOne = addresses.length === 1 && more === 0 && only !== undefined && !only.includes("-");
  const Icon = side === "client" ? Laptop : Server;
  const service = side === "server" && (why.port !== null || why.protocol !== null);
  return (
    <div className={style["end"]}>
      <span className={style["role"]}>
        <Icon size={14} aria-hidden="true" /> {side}
      </span>
      {isOne ? (
        <Link className={style["asked"]} href={linkTo("/entity", { kind: "address", id: only })}>
          {asked}
        </Link>
      ) : (
        <strong className={style["asked"]}>{asked}</strong>
      )}
      {name !== null && <span className={style["faint"]}>{name}</span>}
      {!isOne && addresses.length > 1 && <span className={style["faint"]}>{addresses.length + more} addresses</span>}
      {service && <span className={style["service"]}>{serviceText(why.port, why.protocol)}</span>}
    </div>
  );
}

function LegPicture({ leg: { title, request, answer, decides, rule, hops, losses } }: { readonly leg: LegDrawing }) {
  return (
    <div className={style["leg"]} data-decides={decides}>
      <span className={style["legtitle"]}>{title}</span>
      <ArrowPicture arrow={request} direction="request" />
      <ArrowPicture arrow={answer} direction="answer" />
      {rule !== undefined && <span className={style["rule"]}>{rule}</span>}
      {losses.map(({ text, place }) => (
        <span key={`${text} ${place}`} className={style["rule"]}>
          {text}
          <span className={style["at"]}>{place}</span>
        </span>
      ))}
      {hops.map((hop) => (
        <span key={hop} className={style["hop"]}>
          {hop}
        </span>
      ))}
    </div>
  );
}

function ArrowPicture({
  arrow: { stroke, word },
  direction,
}: {
  readonly arrow: Arrow;
  readonly direction: "request" | "answer";
}) {
  return (
    <div className={style["arrow"]} data-stroke={stroke} data-direction={direction}>
      <span className={style["word"]}>
        <span className="visually-hidden">{direction} </span>
        {stroke === "through" && <Check size={12} aria-hidden="true" />}
        {stroke === "stopped" && <X size={12} aria-hidden="true" />}
        {stroke === "none" ? <span className={style["faint"]}>no {direction}</span> : word}
      </span>
      <span className={style["track"]} aria-hidden="true">
        <span className={style["line"]} />
        {stroke === "both" && <span className={style["line"]} data-second="" />}
        <span className={style["tip"]}>{tips[stroke]?.[direction === "request" ? 0 : 1]}</span>
      </span>
    </div>
  );
}

/** What stands at the end of an arrow, by its direction. */
const tips: Readonly<Record<string, readonly [request: string, answer: string]>> = {
  through: ["▶", "◀"],
  passing: ["▷", "◁"],
  both: ["▶", "◀"],
  stopped: ["✕", "✕"],
  absent: ["∅", "∅"],
  dotted: ["?", "?"],
};
