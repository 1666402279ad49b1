import {
  coverageCalendar,
  judgePush,
  listMalformed,
  listSources,
  searchObjects,
  type PushSource,
  type PushState,
  type SourcesView,
  type SourceState,
  type TrustCheck,
} from "#app/index.js";
import type { Cell } from "#model/answer.js";
import type {
  CalendarJson,
  CalendarRequest,
  ConfigErrorJson,
  MalformedJson,
  MalformedRequest,
  ObjectsJson,
  ObjectsRequest,
  SourceDoctorJson,
  SourcesJson,
} from "../../contract/index.ts";
import { sourceJson } from "../../source-json.ts";
import { lastingOf } from "../lasting.ts";
import { task, withoutUndefined } from "../task.ts";

/** What only the process that keeps the lake knows. */
export interface KeeperFacts {
  readonly watched: readonly SourceState[];
  readonly pushed: readonly PushState[];
  readonly derivationError: string | null;
  readonly configError: ConfigErrorJson | null;
  readonly upkeep: { readonly lastRunMs: number | null; readonly lastError: string | null };
}

/** Where the data came from, and what is missing. */
export const sourcesTasks = {
  sources: task<KeeperFacts>({
    cost: "light",
    lasting: "never",
    async run(facts, { dataDir, nowMs, signal }) {
      return JSON.stringify(sourcesJson(await listSources(dataDir, facts.watched, { signal }), facts, nowMs));
    },
  }),
  objects: task<ObjectsRequest & { readonly watched: readonly SourceState[] }>({
    cost: "light",
    lasting: "never",
    async run({ watched, ...request }, { dataDir }) {
      return JSON.stringify(await objectsJson(dataDir, request, watched));
    },
  }),
  "source-doctor": task<{ readonly source: PushSource; readonly origin?: string }>({
    cost: "light",
    lasting: "never",
    async run({ source, origin }, { dataDir, nowMs, signal }) {
      const asked = { source, address: origin ?? "http://127.0.0.1", withTexts: false, nowMs, signal };
      const checks = await judgePush(dataDir, origin === undefined ? asked : { ...asked, origin });
      return JSON.stringify(doctorJson(source.name, checks));
    },
  }),
  malformed: task<MalformedRequest>({
    cost: "light",
    lasting: "lake",
    async run(request, { dataDir, signal }) {
      return JSON.stringify(await malformedJson(dataDir, request, signal));
    },
  }),
  calendar: task<CalendarRequest>({
    cost: "light",
    lasting: (request, nowMs) => lastingOf(request, nowMs),
    async run(request, { dataDir, scope, nowMs, signal }) {
      return JSON.stringify(await calendarJson(dataDir, request, { scope, nowMs, signal }));
    },
  }),
};

function sourcesJson(view: SourcesView, facts: KeeperFacts, nowMs: number): SourcesJson {
  const { derivation, upkeep } = { derivation: view.derivation, upkeep: facts.upkeep };
  return {
    sources: view.sources.map((source) =>
      sourceJson(
        source,
        facts.pushed.find(({ name }) => source.kind === "push" && source.name === name),
        nowMs,
      ),
    ),
    tables: view.tables.map(({ table, segments, rows, bytes, minTime, maxTime }) => ({
      table,
      segments,
      rows,
      bytes,
      min_time: iso(minTime),
      max_time: iso(maxTime),
    })),
    derivation: {
      derived_hours: derivation.derived,
      dirty_hours: derivation.dirty,
      frozen_hours: derivation.frozen,
      newest_hour: iso(view.newestHour),
      last_error: facts.derivationError,
    },
    upkeep: { last_run: isoMs(upkeep.lastRunMs), last_error: upkeep.lastError },
    flows_by_type: view.flowsByType,
    malformed_by_reason: view.reasons,
    unknown_fields: view.unknownFields,
    problems: view.problems.map(({ key, code, message }) => ({ object: key, code, message })),
    disk: view.disk,
    config_error: facts.configError,
    is_demo: view.isDemo,
  };
}

function doctorJson(source: string, checks: readonly TrustCheck[]): SourceDoctorJson {
  const level = (["bad", "warn"] as const).find((each) => checks.some((check) => check.level === each)) ?? "ok";
  return { source, level, checks: checks.map((check) => ({ ...check, details: [...check.details] })) };
}

async function objectsJson(
  dataDir: string,
  { source, cursor, limit, ...request }: ObjectsRequest,
  watched: readonly SourceState[],
): Promise<ObjectsJson> {
  const search = {
    ...withoutUndefined(request),
    ...(source !== undefined && { sourceId: source }),
    ...(cursor !== undefined && { before: Number(cursor) }),
    // One more says that there are more.
    limit: limit + 1,
  };
  const found = await searchObjects(dataDir, search, watched);
  const page = found.slice(0, limit);
  return {
    objects: page.map((each) => ({
      id: each.objectId,
      source: each.sourceId,
      key: each.key,
      status: each.status,
      size: each.size,
      read_at: isoMs(each.readAtMs),
      decoder: each.decoder,
      flow_log: each.flowLogId,
      records: each.counts,
      code: each.code,
      message: each.message,
    })),
    next: found.length > limit ? String(page.at(-1)?.objectId) : null,
  };
}

async function malformedJson(
  dataDir: string,
  { reason, object, limit }: MalformedRequest,
  signal: AbortSignal,
): Promise<MalformedJson> {
  const request = {
    reasons: reason === undefined ? [] : [reason],
    limit,
    signal,
    ...(object !== undefined && { object }),
  };
  return listMalformed(dataDir, request, async (stream, { kept, counted }) => {
    const records: MalformedJson["records"] = [];
    for await (const block of stream.blocks())
      for (const [why, key, position, subPosition, logType, text, readAt] of block)
        records.push({
          reason: textOf(why),
          object: textOf(key),
          position: Number(position),
          sub_position: subPosition === null || subPosition === undefined ? null : Number(subPosition),
          log_type: typeof logType === "string" ? logType : null,
          text: textOf(text),
          read_at: textOf(readAt),
        });
    return { records, kept, counted };
  });
}

async function calendarJson(
  dataDir: string,
  request: CalendarRequest,
  { scope, ...context }: { scope: Parameters<typeof coverageCalendar>[1]["scope"]; nowMs: number; signal: AbortSignal },
): Promise<CalendarJson> {
  const asked = { ...withoutUndefined(request), ...context, ...(scope !== undefined && { scope }) };
  const { range, cell, logs } = await coverageCalendar(dataDir, asked);
  return {
    range: { from: isoOf(range.from), to: isoOf(range.to) },
    cell_s: cell / 1_000_000,
    flow_logs: logs.map(({ flowLog, logType, provider, interfaces, kinds, first, last, cells }) => ({
      flow_log: flowLog,
      log_type: logType,
      provider,
      interfaces,
      kinds,
      first: isoOf(first),
      last: isoOf(last),
      cells: cells.map(({ from, allowed, denied, gapSeconds, gapAtSeconds, cause }) => ({
        from: isoOf(from),
        allowed,
        denied,
        gap_s: gapSeconds,
        gap_at_s: gapAtSeconds,
        cause,
      })),
    })),
  };
}

const isoOf = (micros: number): string => new Date(micros / 1000).toISOString();
const iso = (micros: number | null): string | null => (micros === null ? null : isoOf(micros));
const isoMs = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const textOf = (cell: Cell | undefined): string => (typeof cell === "string" ? cell : "");
