import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { SourceRow } from "#catalog/index.js";
import { noRecords } from "#model/records.js";
import { remotePlace } from "#source/index.js";
import { openCatalogToRead } from "./lake-files.ts";
import { knownRun } from "./run-state.ts";
import type { PushedSource, SourceState, WatchedSource } from "./serving/messages.ts";
import { hasReceiver, NO_RECEIVER } from "./serving/push-report.ts";
import { prefixOf } from "./serving/watched-folder.ts";
import { listSources, type SourceView } from "./sources.ts";

/** A source that is configured, or that only the lake knows. */
export interface KnownSource extends SourceView {
  readonly isConfigured: boolean;
}

type ConfiguredSource = WatchedSource | PushedSource;

/** What the catalog calls a source. */
export function catalogName(source: ConfiguredSource): { readonly kind: string; readonly uri: string } {
  if ("folder" in source) return { kind: "folder", uri: source.folder };
  return "remote" in source ? remotePlace(source.remote.url) : { kind: "push", uri: `push:${source.name}` };
}

/**
 * Configured sources in their order, then those that only the lake knows, each as the catalog has it: nobody needs to be running.
 * There need be no lake yet.
 */
export async function listKnownSources(
  dataDir: string,
  configured: readonly ConfiguredSource[],
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly KnownSource[]> {
  const known = await readKnown(dataDir, configured, signal);
  const isPushed = new Set(
    configured.filter((source) => !("folder" in source || "remote" in source)).map(({ name }) => name),
  );
  // Nobody else need be asked, and a process that takes deliveries itself must not.
  if (isPushed.size === 0 || hasReceiver(dataDir)) return known;
  return known.map((source) => (source.isConfigured && isPushed.has(source.name) ? unserved(source) : source));
}

/** A source that others push to while no server runs. */
function unserved(source: KnownSource): KnownSource {
  const { run, state, lastError } = source;
  if (state === "failing") return source;
  return {
    ...source,
    state: "stopped",
    lastError: lastError ?? NO_RECEIVER.finding,
    run: run === null ? null : { ...run, next: run.next ?? NO_RECEIVER.next },
  };
}

async function readKnown(
  dataDir: string,
  configured: readonly ConfiguredSource[],
  signal: AbortSignal,
): Promise<readonly KnownSource[]> {
  if (!existsSync(join(dataDir, "catalog.db"))) return configured.map(neverRun);
  const rows = readRows(dataDir);
  const states = configured.flatMap((source) => stateOf(dataDir, source, rows) ?? []);
  const { sources } = await listSources(dataDir, states, { signal });
  const ids = new Map(states.map(({ name, sourceId }) => [name, sourceId]));
  const known = configured.map((source): KnownSource => {
    const view = sources.find(({ id }) => id === ids.get(source.name));
    return view === undefined ? neverRun(source) : { ...view, isConfigured: true };
  });
  const taken = new Set(ids.values());
  return [...known, ...sources.filter(({ id }) => !taken.has(id)).map((view) => ({ ...view, isConfigured: false }))];
}

function readRows(dataDir: string): SourceRow[] {
  const catalog = openCatalogToRead(dataDir);
  try {
    return catalog.sources.list();
  } finally {
    catalog.close();
  }
}

/** Undefined where the catalog does not know it yet. */
function stateOf(dataDir: string, source: ConfiguredSource, rows: readonly SourceRow[]): SourceState | undefined {
  const { kind, uri } = catalogName(source);
  const row = rows.find((each) => each.kind === kind && each.uri === uri);
  if (row === undefined) return undefined;
  const { run, state } = knownRun(dataDir, row.run);
  return {
    name: source.name,
    sourceId: row.sourceId,
    prefix: "folder" in source ? prefixOf(realFolder(source.folder)) : null,
    state,
    lastError: run?.error ?? null,
    nextRunMs: run?.nextMs ?? null,
  };
}

/** Keys of files are real paths. */
export function realFolder(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}

function neverRun(source: ConfiguredSource): KnownSource {
  return {
    id: 0,
    name: source.name,
    ...catalogName(source),
    state: "waiting",
    lastError: null,
    nextRunMs: null,
    lastReadMs: null,
    newestFlow: null,
    objects: { pending: 0, done: 0, "same-content": 0, skipped: 0, failed: 0 },
    records: noRecords(),
    bytes: 0,
    run: null,
    isConfigured: true,
  };
}
