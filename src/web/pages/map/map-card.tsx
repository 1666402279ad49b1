import { fullCount, humanBytes, humanCount } from "#base/human.js";
import { changeOf, type ShownEdge } from "./map-shown.ts";
import { boxLabel, hasOwnValue, kindText, type MapBox, type Sums } from "./map-tree.ts";
import style from "./map.module.css";

/** What passed, line by line; with the time before, both. */
export function SumLines({ sums }: { readonly sums: Sums }) {
  const [bytes = 0, conversations = 0, denied = 0, bytesBefore, conversationsBefore, deniedBefore] = sums;
  return (
    <dl className={style["sums"]}>
      <SumLine word="Bytes" now={humanBytes(bytes)} exact={fullCount(bytes)} before={bytesBefore} human={humanBytes} />
      <SumLine
        word="Conversations"
        now={humanCount(conversations)}
        exact={fullCount(conversations)}
        before={conversationsBefore}
        human={humanCount}
      />
      {(denied > 0 || (deniedBefore ?? 0) > 0) && (
        <SumLine
          word="Denied"
          now={humanCount(denied)}
          exact={fullCount(denied)}
          before={deniedBefore}
          human={humanCount}
          isDenied
        />
      )}
    </dl>
  );
}

interface SumLineProps {
  readonly word: string;
  readonly now: string;
  readonly exact: string;
  readonly before: number | undefined;
  readonly human: (value: number) => string;
  readonly isDenied?: boolean;
}

function SumLine({ word, now, exact, before, human, isDenied = false }: SumLineProps) {
  return (
    <>
      <dt className={isDenied ? style["denied"] : undefined}>{word}</dt>
      <dd title={exact}>
        {now}
        {before !== undefined && <span className={style["before"]}> before {human(before)}</span>}
      </dd>
    </>
  );
}

const changeWords = { new: "New: not seen in the time before", gone: "Gone: seen only in the time before", both: "" };

/** An edge in numbers. */
export function EdgeCard({ edge, client, server }: { edge: ShownEdge; client: MapBox; server: MapBox }) {
  const change = changeOf(edge.sums);
  return (
    <>
      <strong>
        {boxLabel(client)} → {boxLabel(server)}
      </strong>
      {change !== undefined && change !== "both" && <span className={style[change]}>{changeWords[change]}</span>}
      <SumLines sums={edge.sums} />
    </>
  );
}

interface BoxCardProps {
  readonly box: MapBox;
  readonly sent: Sums;
  readonly received: Sums;
  readonly inside: Sums | undefined;
}

/** A box in numbers: as client, as server, and what stays inside. */
export function BoxCard({ box, sent, received, inside }: BoxCardProps) {
  const label = boxLabel(box);
  return (
    <>
      <strong>{label}</strong>
      <span className={style["cardKind"]}>
        {kindText(box)}
        {hasOwnValue(box) && ` · ${box.value}`}
        {box.instance !== null && box.instance !== label && ` · ${box.instance}`}
      </span>
      {box.inferred && (
        <span className={style["cardKind"]}>
          Not all of its conversations were logged on its side: its place is known from others.
        </span>
      )}
      <span className={style["cardPart"]}>As client</span>
      <SumLines sums={sent} />
      <span className={style["cardPart"]}>As server</span>
      <SumLines sums={received} />
      {inside !== undefined && (
        <>
          <span className={style["cardPart"]}>Inside</span>
          <SumLines sums={inside} />
        </>
      )}
    </>
  );
}
