import type { EstateLook } from "#app/index.js";
import { counted, fullCount } from "#base/human.js";
import type { SourceDraft } from "#config/index.js";
import { problemLines } from "./problem-lines.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines, type TableCell, type TableColumn } from "../output/table.ts";
import type { Output } from "../output/terminal.ts";

/** A place that flow logs go to. */
export interface Proposal {
  readonly url: string;
  readonly flowLogs: EstateLook["proposed"][number]["flowLogs"];
  /** Of the source that reads it already. */
  readonly known: string | undefined;
  /** What would be written; undefined where it is known. */
  readonly draft: SourceDraft | undefined;
}

const MOST = 30;
const columns: readonly TableColumn[] = [
  { heading: "source", align: "left" },
  { heading: "flow logs", align: "right" },
  { heading: "accounts", align: "right" },
  { heading: "traffic", align: "left" },
  { heading: "window", align: "left" },
  { heading: "place", align: "left", mayShrink: true, isId: true },
];

/** What is logged, where to, and what could not be asked. */
export function proposalLines({ estate }: EstateLook, proposals: readonly Proposal[], out: Output): string[] {
  const { accounts, networks, flowLogs, problems } = estate;
  const lines = [
    out.style(
      `${counted(accounts.length, accounts[0]?.provider === "azure" ? "subscription" : "account")}, ${counted(networks.length, "network")}, ${counted(flowLogs.length, "flow log")}`,
      "bold",
    ),
  ];
  if (proposals.length > 0)
    lines.push(
      ...tableLines(
        columns,
        proposals.map((proposal) => cellsOf(proposal)),
        out,
      ),
    );
  lines.push(...problemLines(problems, out));
  return lines;
}

function cellsOf({ url, flowLogs, known, draft }: Proposal): TableCell[] {
  const values = (of: (flowLog: Proposal["flowLogs"][number]) => string | null): string =>
    [...new Set(flowLogs.map(of).filter((value) => value !== null))].sort().join(", ");
  const accounts = new Set(flowLogs.flatMap(({ account }) => (account === "unknown" ? [] : account)));
  const windows = values(({ intervalSeconds }) => (intervalSeconds === null ? null : `${intervalSeconds} s`));
  return [
    draft === undefined
      ? { text: `${safeText(known ?? "")} (there already)`, styles: ["dim"] }
      : { text: safeText(draft.name), styles: ["bold"] },
    { text: fullCount(flowLogs.length) },
    { text: accounts.size === 0 ? "–" : fullCount(accounts.size) },
    { text: safeText(values(trafficOf)) },
    { text: windows === "" ? "–" : windows },
    { text: safeText(url), styles: ["dim"] },
  ];
}

/** What is written: `all`, `reject`; of Azure `all`, `D` of the record types, `filtered`. */
function trafficOf({ trafficType, filter, recordTypes }: Proposal["flowLogs"][number]): string {
  if (filter !== null) return "filtered";
  return recordTypes === null || recordTypes.split(",").length >= 4 ? trafficType : recordTypes;
}

/** A thing with its place; of Azure by its name and resource group, because ids there are long. */
function gapLine(gap: EstateLook["gaps"][number], accounts: EstateLook["estate"]["accounts"], out: Output): string {
  const { provider, resource, name, message, account, region } = gap;
  const of = accounts.find(({ id }) => id === account)?.name;
  const [, group] = /\/resourcegroups\/([^/]+)\//.exec(resource) ?? [];
  const isLong = provider === "azure";
  const what = isLong ? resource.split("/").slice(-2).join("/") : name === null ? resource : `${resource} (${name})`;
  const place = isLong ? [of ?? account, ...(group === undefined ? [] : [group]), region] : [account, region];
  return `  ${out.style(safeText(what), "bold")}  ${safeText(message)} ${out.style(safeText(`(${place.join(", ")})`), "dim")}`;
}

/** What is not logged, or not as it should be. */
export function gapLines({ estate, gaps }: EstateLook, out: Output): string[] {
  if (gaps.length === 0 && estate.networks.length === 0)
    return ["", out.style("What is not logged cannot be said: no network was seen.", "yellow")];
  if (gaps.length === 0) return ["", out.style("Everything that can be seen from here is logged.", "green")];
  const none = gaps.filter(({ kind }) => kind === "not-logged");
  const others = gaps.filter(({ kind }) => kind !== "not-logged");
  const listed = (title: string, all: typeof gaps): string[] =>
    all.length === 0
      ? []
      : [
          "",
          out.style(`${title}: ${fullCount(all.length)}`, "bold"),
          ...all.slice(0, MOST).map((gap) => gapLine(gap, estate.accounts, out)),
          ...(all.length > MOST ? [out.style(`  … and ${fullCount(all.length - MOST)} more: --json`, "dim")] : []),
        ];
  return [...listed("Not logged at all", none), ...listed("Logged only in part, or not as it should be", others)];
}
