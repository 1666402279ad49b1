import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ObjectOutcome, SourceRun } from "#catalog/index.js";
import type { RecordCounts } from "#model/records.js";
import { listSpool } from "#source/index.js";
import { listKnownSources } from "../configured-sources.ts";
import { openCatalogToRead } from "../lake-files.ts";
import { listMalformed } from "../malformed.ts";
import { hasReceiver, PUSH, readReport, type ReceiverReport } from "../serving/push-report.ts";
import type { PushSource } from "../serving/push-spool.ts";

export interface JudgePushRequest {
  /** As it is configured. */
  readonly source: PushSource;
  /** Where a server would listen. */
  readonly address: string;
  /** Where people reach it, if that is known: there may be a proxy in front. */
  readonly origin?: string;
  /** Whether findings show text of records: who is shown it is noted where people ask by the API. */
  readonly withTexts: boolean;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** What is known of a source that others push to when it is judged. Nothing of it is kept. */
export interface PushFacts {
  readonly source: PushSource;
  readonly nowMs: number;
  /** Where a server of this lake listens, or would. */
  readonly address: string;
  /** What senders are told. */
  readonly origin: string;
  /** Whether a server takes deliveries of this lake. */
  readonly isServed: boolean;
  /** Whether this machine gets an answer at the address. */
  readonly answers: boolean;
  /** How the server that takes deliveries is doing, or the last one did. */
  readonly report: ReceiverReport | undefined;
  /** Files that are durable and not in the lake yet; those that are still written to count, too. */
  readonly spool: { readonly files: number; readonly bytes: number; readonly oldestMs: number | null };
  /** What the lake has of it; undefined where nothing was read. */
  readonly lake: PushedFacts | undefined;
}

/** What the lake has of what was pushed. */
export interface PushedFacts {
  readonly run: SourceRun | null;
  readonly outcomes: readonly ObjectOutcome[];
  readonly records: RecordCounts;
  /** Time of its newest flow, microseconds. */
  readonly newestFlow: number | null;
  readonly lastReadMs: number | null;
  /** Why some records could not be read, the most frequent reasons first, and the text of one. */
  readonly malformed: readonly {
    readonly reason: string;
    readonly count: number;
    readonly text: string | undefined;
  }[];
}

const ANSWER_MS = 3000;
const MOST_MALFORMED = 1000;

/** Looks at a source that others push to, from the folder of the lake. */
export async function pushFacts(dataDir: string, request: JudgePushRequest): Promise<PushFacts> {
  const { source, nowMs, signal } = request;
  const isServed = hasReceiver(dataDir);
  const report = readReport(dataDir);
  const address = (isServed ? report?.address : undefined) ?? request.address;
  const [answers, spool, lake] = await Promise.all([
    isServed && answersAt(address, signal),
    spoolFacts(join(dataDir, PUSH, source.name)),
    lakeFacts(dataDir, request),
  ]);
  const { origin = address } = request;
  return { source, nowMs, address, origin, isServed, answers, report, spool, lake };
}

async function answersAt(address: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    return (await fetch(`${address}/healthz`, { signal: limited, redirect: "manual" })).ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function spoolFacts(folder: string): Promise<PushFacts["spool"]> {
  const files = [...(await listSpool(folder, "closed")), ...(await listSpool(folder, "open"))];
  // One may be collected just now.
  const sizes = files.map(({ path }) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return {
    files: sizes.filter((size) => size > 0).length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    oldestMs: files.length === 0 ? null : Math.min(...files.map(({ createdMs }) => createdMs)),
  };
}

async function lakeFacts(
  dataDir: string,
  { source: { name }, withTexts, signal }: JudgePushRequest,
): Promise<PushedFacts | undefined> {
  if (!existsSync(join(dataDir, "catalog.db"))) return undefined;
  const [known] = await listKnownSources(dataDir, [{ name }], { signal });
  if (known === undefined || known.id === 0) return undefined;
  const catalog = openCatalogToRead(dataDir);
  try {
    const { run, records, newestFlow, lastReadMs } = known;
    const outcomes = catalog.sources.outcomes({ sourceId: known.id, prefix: "" });
    const malformed = records.malformed === 0 ? [] : await malformedOf(dataDir, name, signal);
    const told = withTexts ? malformed : malformed.map((each) => ({ ...each, text: undefined }));
    return { run, outcomes, records, newestFlow, lastReadMs, malformed: told };
  } finally {
    catalog.close();
  }
}

async function malformedOf(dataDir: string, name: string, signal: AbortSignal): Promise<PushedFacts["malformed"]> {
  const request = { reasons: [], object: `push:${name}/`, limit: MOST_MALFORMED, signal };
  const found = new Map<string, { count: number; text: string }>();
  await listMalformed(dataDir, request, async (stream) => {
    for await (const block of stream.blocks())
      for (const row of block) {
        const [reason = "", text = ""] = [row[0], row[5]].map((cell) => (typeof cell === "string" ? cell : ""));
        const known = found.get(reason);
        if (known === undefined) found.set(reason, { count: 1, text });
        else known.count++;
      }
  });
  return [...found].map(([reason, rest]) => ({ reason, ...rest })).sort((a, b) => b.count - a.count);
}
