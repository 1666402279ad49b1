import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { AnswerJson, JsonCell } from "#api/contract/index.js";
import { humanCount } from "#base/human.js";
import { MiniBar } from "../../chart/mini-bar.tsx";
import { groupValue, isOthersRow } from "../../chart/series.ts";
import { cloudText } from "../../state/fields.ts";
import { useView } from "../../state/view.ts";
import { Measure } from "../../ui/numbers.tsx";
import { AnswerPanel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";
import { deniedFilter } from "./questions.ts";
import { DeniedCount, RankedTable, type RankedColumn } from "./ranked-table.tsx";
import style from "./overview.module.css";

interface RankedProps {
  readonly query: UseQueryResult<AnswerJson>;
}

type Row = Readonly<Record<string, JsonCell>>;

function valuesOf(row: Row, by: readonly string[]): (string | null)[] {
  return by.map((name) => groupValue(row[name]));
}

/** Rows of groups and, apart, the one that sums up the rest. */
function split({ rows, by, more }: AnswerJson): { groups: readonly Row[]; others: Row | undefined } {
  const last = rows.at(-1);
  const hasOthers = last !== undefined && isOthersRow(valuesOf(last, by), true, more);
  return { groups: hasOthers ? rows.slice(0, -1) : rows, others: hasOthers ? last : undefined };
}

const number = (row: Row, name: string): number => Number(row[name] ?? 0);
const largestOf = (rows: readonly Row[], name: string): number => Math.max(1, ...rows.map((row) => number(row, name)));

const talkerColumns: readonly RankedColumn[] = [
  { heading: "Client" },
  { heading: "Server" },
  { heading: "Service", kind: "narrow" },
  { heading: "Bytes", kind: "number" },
  { heading: "Share", kind: "bar" },
];
const serviceColumns: readonly RankedColumn[] = [
  { heading: "Service" },
  { heading: "Bytes", kind: "number" },
  { heading: "Conversations", kind: "count" },
  { heading: "Denied", kind: "number" },
  { heading: "Share", kind: "bar" },
];
const deniedColumns: readonly RankedColumn[] = [
  { heading: "Client" },
  { heading: "Where", kind: "place" },
  { heading: "Attempts", kind: "number" },
  { heading: "Servers", kind: "number" },
  { heading: "Share", kind: "bar" },
];

/** Who moved most: client, server, service. */
export function Talkers({ query }: RankedProps) {
  const { linkTo } = useView();
  return (
    <AnswerPanel
      title="Top talkers"
      query={query}
      className={style["list-panel"] ?? ""}
      actions={
        <Link href={linkTo("/explore", { by: "client_ip,server_ip,service", m: "bytes", g: "sankey" })}>Explore</Link>
      }
      empty="Widen the time or the filter."
    >
      {(answer) => {
        const { groups, others } = split(answer);
        const largest = largestOf(groups, "bytes");
        return (
          <RankedTable columns={talkerColumns}>
            <tbody>
              {groups.map((row) => {
                const [client = null, server = null, service = null] = valuesOf(row, answer.by);
                return (
                  <tr key={`${client} ${server} ${service}`}>
                    <td>
                      <Value field="client.ip" value={client} name={answer.names[client ?? ""]} />
                    </td>
                    <td>
                      <Value field="server.ip" value={server} name={answer.names[server ?? ""]} />
                    </td>
                    <td>
                      <Value field="service" value={service} />
                    </td>
                    <td className="number">
                      <Measure value={row["bytes"] ?? null} unit="bytes" />
                    </td>
                    <td>
                      <MiniBar share={number(row, "bytes") / largest} />
                    </td>
                  </tr>
                );
              })}
              {others !== undefined && (
                <tr className={style["others"]}>
                  <td colSpan={3}>all others</td>
                  <td className="number">
                    <Measure value={others["bytes"] ?? null} unit="bytes" />
                  </td>
                  <td aria-hidden="true" />
                </tr>
              )}
            </tbody>
          </RankedTable>
        );
      }}
    </AnswerPanel>
  );
}

/** What is used: services by volume, with what of them was denied. */
export function Services({ query }: RankedProps) {
  const { view, linkTo } = useView();
  return (
    <AnswerPanel
      title="Services"
      query={query}
      className={style["list-panel"] ?? ""}
      actions={<Link href={linkTo("/explore", { by: "service", m: "bytes,conversations,denied" })}>Explore</Link>}
      empty="Widen the time or the filter."
    >
      {(answer) => {
        const { groups } = split(answer);
        const largest = largestOf(groups, "conversations");
        return (
          <RankedTable columns={serviceColumns}>
            <tbody>
              {groups.map((row) => {
                const [service = null] = valuesOf(row, answer.by);
                const denied = number(row, "denied");
                return (
                  <tr key={service}>
                    <td>
                      <Value field="service" value={service} />
                    </td>
                    <td className="number">
                      <Measure value={row["bytes"] ?? null} unit="bytes" />
                    </td>
                    <td className="number">
                      <Measure value={row["conversations"] ?? null} unit={null} />
                    </td>
                    <td className="number">
                      <DeniedCount
                        count={denied}
                        title="attempts: who"
                        href={linkTo("/explore", {
                          q: withService(view.filter, service),
                          by: "client_ip",
                          m: "denied",
                        })}
                      />
                    </td>
                    <td>
                      <MiniBar
                        share={number(row, "conversations") / largest}
                        denied={Math.min(denied, number(row, "conversations")) / largest}
                      />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </RankedTable>
        );
      }}
    </AnswerPanel>
  );
}

function withService(filter: string, service: string | null): string {
  return deniedFilter(filter) + (service === null ? "" : ` and service = ${service}`);
}

/** Who is denied most: real attempts only, own scanners marked. */
export function DeniedSources({ query, strays }: RankedProps & { readonly strays: number }) {
  const { view, linkTo } = useView();
  return (
    <AnswerPanel
      title="Denied sources"
      query={query}
      className={style["list-panel"] ?? ""}
      actions={
        <Link href={linkTo("/explore", { q: deniedFilter(view.filter), by: "client_ip", m: "denied,servers" })}>
          Explore
        </Link>
      }
      empty="Nobody was denied, as far as the logs write denials."
    >
      {(answer) => {
        const { groups, others } = split(answer);
        const largest = largestOf(groups, "denied");
        return (
          <>
            <RankedTable columns={deniedColumns}>
              <tbody>
                {groups.map((row) => {
                  const [client = null, role = null, cloud = null] = valuesOf(row, answer.by);
                  const part = number(row, "denied") / largest;
                  return (
                    <tr key={`${client} ${cloud}`}>
                      <td>
                        <Value field="client.ip" value={client} name={answer.names[client ?? ""]} />
                      </td>
                      <td>
                        <SourceKind role={role} cloud={cloud} />
                      </td>
                      <td className="number">
                        <Measure value={row["denied"] ?? null} unit={null} />
                      </td>
                      <td className="number">
                        <Measure value={row["servers"] ?? null} unit={null} />
                      </td>
                      <td>
                        <MiniBar share={part} denied={part} />
                      </td>
                    </tr>
                  );
                })}
                {others !== undefined && (
                  <tr className={style["others"]}>
                    <td colSpan={2}>all others</td>
                    <td className="number">
                      <Measure value={others["denied"] ?? null} unit={null} />
                    </td>
                    <td colSpan={2} aria-hidden="true" />
                  </tr>
                )}
              </tbody>
            </RankedTable>
            {strays > 0 && (
              <p className={style["hint"]}>
                <Link href={linkTo("/conversations", { q: strayFilter(view.filter) })}>
                  {humanCount(strays)} strays
                </Link>{" "}
                are left out: denied packets of connections that were already over.
              </p>
            )}
          </>
        );
      }}
    </AnswerPanel>
  );
}

function strayFilter(filter: string): string {
  return filter.trim() === "" ? "class = stray" : `(${filter}) and class = stray`;
}

/** Where a source is, and whether it is one of our own that tries on purpose. */
function SourceKind({ role, cloud }: { readonly role: string | null; readonly cloud: string | null }) {
  if (role === "scanner")
    return (
      <span className={style["badge"]} title="Named a scanner: these are its tests.">
        own scanner
      </span>
    );
  if (cloud === null) return <span className={style["soft"]}>outside</span>;
  return <Value field="client.provider" value={cloud} label={cloudText(cloud)} />;
}
