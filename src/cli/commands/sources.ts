import { sourceJson } from "#api/index.js";
import { listKnownSources, type KnownSource } from "#app/index.js";
import { counted, fullCount, humanBytes, humanCount, humanSeconds, humanTime } from "#base/human.js";
import { configured } from "../chosen-sources.ts";
import { withInterrupt, type Console } from "../console.ts";
import { chooseDataFolder } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines, type TableCell, type TableColumn } from "../output/table.ts";
import type { Style } from "../output/terminal.ts";

interface SourcesOptions extends DataOption, FormatOptions {
  readonly config?: string;
}

/** `weir sources`: every source, how it is doing, and what it gave. Nobody needs to be collecting. */
export async function runSources(console: Console, options: SourcesOptions): Promise<number> {
  const { path: dataDir } = chooseDataFolder(options.data, console);
  await console.err.line(console.err.style(`lake: ${dataDir}`, "dim"));
  const { file, sources: watched, config } = configured(console, dataDir, options.config);
  const pushed = config.sources.filter(({ push }) => push !== undefined).map(({ name }) => ({ name }));
  const sources = [...watched, ...pushed];
  const nowMs = Date.now();
  const known = await withInterrupt((signal) => listKnownSources(dataDir, sources, { signal }));
  if (formatOf(options) === "json") {
    const json = known.map((each) => ({ ...sourceJson(each, undefined, nowMs), configured: each.isConfigured }));
    await console.out.line(JSON.stringify({ config: file ?? null, sources: json }));
  } else await print(console, known, nowMs);
  return 0;
}

const columns: readonly TableColumn[] = [
  { heading: "source", align: "left", mayShrink: true },
  { heading: "state", align: "left" },
  { heading: "lag", align: "right" },
  { heading: "objects", align: "right" },
  { heading: "failed", align: "right" },
  { heading: "records", align: "right" },
  { heading: "malformed", align: "right" },
  { heading: "read", align: "right" },
  { heading: "requests", align: "right" },
  { heading: "throttled", align: "right" },
  { heading: "last run", align: "right" },
  { heading: "next", align: "right" },
  { heading: "kind", align: "left" },
  { heading: "place", align: "left", mayShrink: true, isId: true },
];

const tones: Readonly<Record<KnownSource["state"], readonly Style[]>> = {
  ok: ["green"],
  collecting: ["cyan"],
  stopped: ["red"],
  waiting: ["dim"],
  failing: ["red"],
  idle: ["dim"],
};

async function print({ out }: Console, known: readonly KnownSource[], nowMs: number): Promise<void> {
  if (known.length === 0) {
    await out.line("There are no sources. Add one: weir add s3://BUCKET");
    return;
  }
  const rows = known.map((source) => cellsOf(source, nowMs));
  for (const line of tableLines(columns, rows, out)) await out.line(line);
  for (const { name, lastError, run, objects, isConfigured } of known) {
    if (lastError === null) {
      // The newest run went well, perhaps without trying them.
      if (objects.failed > 0 && isConfigured) await tellFailed(out, name, objects.failed);
      continue;
    }
    await out.line();
    await out.line(`${out.style(safeText(name), "bold")}  ${out.style(safeText(lastError), "red")}`);
    if (run?.next !== null && run?.next !== undefined)
      await out.line(`  ${out.style("next", "dim")}  ${safeText(run.next)}`);
    await out.line(`  ${out.style("more", "dim")}  weir doctor ${safeText(name)}`);
  }
}

async function tellFailed(out: Console["out"], name: string, failed: number): Promise<void> {
  await out.line();
  await out.line(
    `${out.style(safeText(name), "bold")}  ${out.style(`${counted(failed, "object")} could not be read`, "red")}`,
  );
  await out.line(
    `  ${out.style("next", "dim")}  weir doctor ${safeText(name)} says which and why; weir collect tries again`,
  );
}

function cellsOf(source: KnownSource, nowMs: number): TableCell[] {
  const { objects, records, run, newestFlow } = source;
  const lag = newestFlow === null ? "–" : humanSeconds(Math.max(0, nowMs / 1000 - newestFlow / 1_000_000));
  const requests = run === null || source.kind === "folder" ? null : run.requests;
  const ran = run === null ? source.lastReadMs : (run.endedMs ?? run.startedMs);
  const bad = (count: number): TableCell => ({
    text: fullCount(count),
    ...(count > 0 && { styles: ["red"] as const }),
  });
  return [
    { text: safeText(source.name), styles: ["bold"] },
    { text: stateText(source), styles: tones[source.state] },
    { text: lag },
    { text: fullCount(objects.done) },
    bad(objects.failed),
    { text: humanCount(records.total) },
    bad(records.malformed),
    { text: humanBytes(source.bytes) },
    { text: requests === null ? "–" : humanCount(requests.lists + requests.gets + requests.others) },
    { text: requests === null ? "–" : fullCount(requests.throttled) },
    { text: ran === null ? "never" : humanTime(ran * 1000) },
    { text: nextText(source.nextRunMs, nowMs) },
    { text: source.kind, styles: ["dim"] },
    { text: safeText(source.uri), styles: ["dim"] },
  ];
}

/** What was planned and is long past was planned by somebody who has ended. */
function nextText(nextMs: number | null, nowMs: number): string {
  if (nextMs === null || nextMs < nowMs - 60_000) return "–";
  return nextMs <= nowMs ? "now" : `in ${humanSeconds((nextMs - nowMs) / 1000)}`;
}

function stateText({ isConfigured, kind, state }: KnownSource): string {
  if (isConfigured) return state;
  return kind === "files" || kind === "upload" ? "by hand" : "not configured";
}
