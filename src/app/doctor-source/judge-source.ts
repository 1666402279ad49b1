import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrustCheck } from "#analyse/index.js";
import { WeirError } from "#base/errors.js";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import { clockOffset, listFiles, queueNotes, remotePlace } from "#source/index.js";
import { catalogName, listKnownSources, realFolder } from "../configured-sources.ts";
import { LOCAL_FILES } from "../ingest.ts";
import { openCatalogToRead } from "../lake-files.ts";
import { lookAtPlace } from "../look-at-place.ts";
import type { WatchedSource } from "../serving/messages.ts";
import { prefixOf } from "../serving/watched-folder.ts";
import { coverageCalendar } from "../sources.ts";
import { refreshIfDue } from "../told-logs.ts";
import { checkCollecting } from "./check-collecting.ts";
import { checkFlowLogs } from "./check-flow-logs.ts";
import { checkPlace } from "./check-place.ts";
import type { LakeFacts, SourceFacts } from "./source-facts.ts";

export interface JudgeSourceRequest {
  readonly source: WatchedSource;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Explains what is missing of a source, and why: looks at the place, and at what the lake has of it. */
export async function judgeSource(dataDir: string, request: JudgeSourceRequest): Promise<readonly TrustCheck[]> {
  const { source, env, nowMs, signal } = request;
  await refreshIfDue(dataDir, { env, nowMs, signal });
  const [place, clockOffsetMs, lake] = await Promise.all([
    placeFacts(dataDir, request),
    "folder" in source ? undefined : clockOffset(source.remote, env, signal),
    lakeFacts(dataDir, request),
  ]);
  const facts: SourceFacts = {
    name: source.name,
    ...catalogName(source),
    everyMs: source.everyMs,
    region: "folder" in source ? undefined : source.remote.region,
    nowMs,
    place,
    clockOffsetMs,
    told: toldHere(dataDir, catalogName(source).uri, lake?.series ?? []),
    lake,
  };
  return [...checkPlace(facts), ...checkCollecting(facts), ...checkFlowLogs(facts)];
}

async function placeFacts(dataDir: string, { source, env, signal }: JudgeSourceRequest): Promise<SourceFacts["place"]> {
  if ("folder" in source) {
    const { files } = await listFiles([source.folder]).catch(() => ({ files: [] }));
    return { files: files.length };
  }
  const looked = lookAtPlace({ dataDir, remote: source.remote, env, signal });
  const { found, error, rights } = await looked.catch((failure: unknown) => {
    // A setting that is wrong, such as a secret that is not there, is what is missing.
    if (failure instanceof WeirError) return { found: undefined, error: failure, rights: [] };
    throw failure;
  });
  if (found !== undefined) return { probe: found.probe };
  if (error === undefined) throw new Error("a place was neither found nor refused");
  return { error, rights };
}

async function lakeFacts(
  dataDir: string,
  { source, nowMs, signal }: JudgeSourceRequest,
): Promise<LakeFacts | undefined> {
  if (!existsSync(join(dataDir, "catalog.db"))) return undefined;
  const [known] = await listKnownSources(dataDir, [source], { signal });
  if (known === undefined || known.id === 0) return undefined;
  const { logs } = await coverageCalendar(dataDir, { nowMs, signal });
  const catalog = openCatalogToRead(dataDir);
  try {
    const files = catalog.sources.list().find(({ kind }) => kind === LOCAL_FILES.kind)?.sourceId;
    const owner =
      "folder" in source
        ? { sourceId: files ?? 0, prefix: prefixOf(realFolder(source.folder)) }
        : { sourceId: known.id, prefix: "" };
    return {
      run: known.run,
      outcomes: catalog.sources.outcomes(owner),
      series: catalog.sources.series(owner),
      records: known.records,
      newestFlow: known.newestFlow,
      queue: queueFacts(catalog.sources.memory(known.id)),
      flowLogs: logs,
    };
  } finally {
    catalog.close();
  }
}

/** Flow logs whose records go to a place, or are among what was read of it. */
function toldHere(dataDir: string, uri: string, series: LakeFacts["series"]): ToldFlowLog[] {
  if (!existsSync(join(dataDir, "catalog.db"))) return [];
  const catalog = openCatalogToRead(dataDir);
  try {
    const ids = new Set(series.map(({ name }) => name));
    return catalog.told.flowLogs().filter(({ id, destination }) => ids.has(id) || isWithin(destination, uri));
  } finally {
    catalog.close();
  }
}

function isWithin(destination: string, uri: string): boolean {
  if (destination === "" || destination.startsWith("arn:")) return false;
  const whole = (text: string): string => (text.endsWith("/") ? text : `${text}/`);
  const there = whole(remotePlace(destination).uri);
  // A prefix need not end with a slash: keys begin so. A source within the destination has some of it.
  return there.startsWith(uri) || whole(uri).startsWith(there);
}

/** What a source has kept of its queue. */
function queueFacts(memory: ReadonlyMap<string, string>): LakeFacts["queue"] {
  const noted = (name: string): unknown => JSON.parse(memory.get(name) ?? "null") ?? undefined;
  return {
    malformed: noted(queueNotes.malformed) as LakeFacts["queue"]["malformed"],
    otherBucket: noted(queueNotes.otherBucket) as LakeFacts["queue"]["otherBucket"],
  };
}
