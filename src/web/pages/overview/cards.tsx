import type { UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import type { AnswerJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanChange, humanCount, humanSeconds, humanShare, humanStep } from "#base/human.js";
import { CoverageStrip } from "../../chart/coverage-strip.tsx";
import { clockText, dayText } from "../../chart/time-axis.ts";
import { gapStretches } from "../../chart/gaps.ts";
import { seriesFrom, type Series, type Stretch } from "../../chart/series.ts";
import { Sparkline } from "../../chart/sparkline.tsx";
import { useLogged } from "../../chart/use-logged.ts";
import { useView } from "../../state/view.ts";
import { deniedFilter } from "./questions.ts";
import style from "./overview.module.css";

interface CardsProps {
  readonly totals: UseQueryResult<AnswerJson>;
  readonly overTime: UseQueryResult<AnswerJson>;
  readonly addresses: UseQueryResult<AnswerJson>;
}

const measures = [
  { name: "bytes", title: "Bytes", by: "providers" },
  { name: "conversations", title: "Conversations", by: "service" },
  { name: "denied", title: "Denied attempts", by: "client_ip" },
  { name: "clients", title: "Clients", by: "client_ip" },
  { name: "servers", title: "Servers", by: "server_ip" },
] as const;

/** The numbers of this time, each with its change and its course. */
export function Cards({ totals, overTime, addresses }: CardsProps) {
  const { view, linkTo } = useView();
  const logged = useLogged();
  const answer = totals.data;
  const row = answer?.rows[0];
  const course = (name: string): readonly (number | null)[] => {
    if (name === "clients" || name === "servers")
      return addresses.data === undefined ? [] : (seriesFrom(addresses.data, name, logged).series[0]?.points ?? []);
    return overTime.data === undefined ? [] : summed(seriesFrom(overTime.data, name, logged).series);
  };
  return (
    <section className={style["cards"]} aria-label="In this time" aria-busy={totals.isPlaceholderData}>
      {measures.map(({ name, title, by }) => {
        const value = row?.[name];
        const isDenied = name === "denied";
        const search = isDenied
          ? { by, m: name, q: deniedFilter(view.filter) }
          : { by, m: name === "clients" || name === "servers" ? "conversations" : name };
        return (
          <Card key={name} title={title} href={linkTo("/explore", search)} isDenied={isDenied}>
            <Big
              value={value === undefined ? undefined : Number(value)}
              text={name === "bytes" ? humanBytes : humanCount}
            />
            <Change answer={answer} name={name} logged={logged} />
            <Sparkline
              points={course(name)}
              colour={isDenied ? "var(--denied)" : "var(--allowed)"}
              isDenied={isDenied}
            />
          </Card>
        );
      })}
      <CoverageCards answer={answer} />
    </section>
  );
}

/** What the answers are worth: who wrote, how much is missing, how old it is. */
function CoverageCards({ answer }: { readonly answer: AnswerJson | undefined }) {
  const { view, linkTo } = useView();
  const logged = useLogged();
  const coverage = answer?.coverage;
  const range = answer && { from: Date.parse(answer.range.from), to: Date.parse(answer.range.to) };
  const seen = coverage?.interfaces;
  const share = coverage?.share ?? undefined;
  // As of when the card was first drawn.
  const [nowMs] = useState(() => Date.now());
  const gaps = (coverage?.gaps.length ?? 0) + (coverage?.more_gaps ?? 0);
  return (
    <>
      <Card title="Interfaces" href={linkTo("/sources")}>
        <strong className={style["big"]} title="Interfaces that wrote, of those that are known from their logs">
          {seen === undefined ? "…" : `${humanCount(seen.seen)} / ${humanCount(seen.expected)}`}
        </strong>
        <span className={style["change"]}>
          {seen === undefined ? "" : seen.seen < seen.expected ? `${seen.expected - seen.seen} silent` : "all wrote"}
        </span>
        <meter
          className={style["meter"]}
          aria-label="Interfaces that wrote"
          min={0}
          max={Math.max(1, seen?.expected ?? 1)}
          value={seen?.seen ?? 0}
        />
      </Card>
      <Card title="Coverage" href={linkTo("/sources")} isWarning={share !== undefined && share < 0.95}>
        <strong className={style["big"]} title={share === undefined ? undefined : `${(share * 100).toFixed(3)} %`}>
          {coverage === undefined ? "…" : share === undefined ? "unknown" : shareText(share)}
        </strong>
        <span className={style["change"]}>
          {coverage === undefined ? "" : `${fullCount(gaps)} ${gaps === 1 ? "gap" : "gaps"}`}
        </span>
        {coverage !== undefined && range !== undefined && (
          <CoverageStrip range={range} gaps={gapStretches(coverage.gaps, range, logged)} />
        )}
      </Card>
      <Card title="Newest flow" href={linkTo("/sources")}>
        <strong className={style["big"]} title="How long ago the newest flow of the lake was">
          {logged === undefined ? "…" : agoText((nowMs - logged.to) / 1000)}
        </strong>
        <span className={style["change"]}>
          {logged === undefined
            ? ""
            : `ago, ${dayText(logged.to, view.timeZone)} ${clockText(logged.to, view.timeZone)}`}
        </span>
      </Card>
    </>
  );
}

/** Whole minutes below an hour: more does not fit the card, and says no more. */
function agoText(seconds: number): string {
  return seconds >= 60 && seconds < 3600
    ? humanStep(Math.floor(seconds / 60) * 60)
    : humanSeconds(Math.max(0, seconds));
}

/** Never rounded up to 100 %: one gap is a gap. */
function shareText(share: number): string {
  return share < 1 && share >= 0.995 ? `${(Math.floor(share * 10_000) / 100).toFixed(2)} %` : humanShare(share);
}

interface CardProps {
  readonly title: string;
  readonly href: string;
  readonly isDenied?: boolean;
  readonly isWarning?: boolean;
  readonly children: ReactNode;
}

function Card({ title, href, isDenied = false, isWarning = false, children }: CardProps) {
  return (
    <Link
      className={style["card"]}
      href={href}
      data-denied={isDenied || undefined}
      data-warning={isWarning || undefined}
    >
      <span className={style["card-title"]}>{title}</span>
      {children}
    </Link>
  );
}

function Big({ value, text }: { readonly value: number | undefined; readonly text: (value: number) => string }) {
  return (
    <strong className={style["big"]} title={value === undefined ? undefined : fullCount(value)}>
      {value === undefined ? "…" : text(value)}
    </strong>
  );
}

interface ChangeProps {
  readonly answer: AnswerJson | undefined;
  readonly name: string;
  readonly logged: Stretch | undefined;
}

function Change({ answer, name, logged }: ChangeProps) {
  const row = answer?.rows[0];
  if (answer === undefined || row === undefined) return <span className={style["change"]} />;
  const start = answer.compared === null ? undefined : Date.parse(answer.compared.from);
  if (start === undefined || (logged !== undefined && start < logged.from - 60_000))
    return (
      <span className={style["change"]} title="The time before this one was not logged, or not wholly.">
        no earlier logs
      </span>
    );
  const change = row[`${name}_change`];
  const before = Number(row[`${name}_previous`] ?? 0);
  return (
    <span className={style["change"]} title={`Before: ${fullCount(before)}`}>
      {typeof change === "number" ? `${humanChange(change)} on before` : before === 0 ? "none before" : ""}
    </span>
  );
}

function summed(series: readonly Series[]): (number | null)[] {
  return (series[0]?.points ?? []).map((first, at) =>
    first === null ? null : series.reduce((sum, { points }) => sum + (points[at] ?? 0), 0),
  );
}
