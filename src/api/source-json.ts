import type { KnownSource, PushState } from "#app/index.js";
import type { SourceJson } from "./contract/index.ts";

/** A source as the API tells it. */
export function sourceJson(
  source: Omit<KnownSource, "isConfigured">,
  pushed: PushState | undefined,
  nowMs: number,
): SourceJson {
  const { pending, done, skipped, failed, "same-content": copies } = source.objects;
  const { newestFlow: newest, run } = source;
  return {
    id: source.id,
    name: source.name,
    kind: source.kind,
    uri: source.uri,
    state: source.state,
    last_error: source.lastError,
    next_run: iso(source.nextRunMs),
    last_read: iso(source.lastReadMs),
    newest_flow: newest === null ? null : iso(newest / 1000),
    lag_s: newest === null ? null : Math.max(0, Math.round(nowMs / 1000 - newest / 1_000_000)),
    objects: {
      read: done,
      same_content: copies,
      skipped,
      failed,
      pending,
      total: pending + done + skipped + failed + copies,
    },
    records: source.records,
    bytes: source.bytes,
    error_code: source.lastError === null ? null : (run?.code ?? null),
    next_step: source.lastError === null ? null : (run?.next ?? null),
    last_run: run === null ? null : runJson(run),
    requests: run === null || source.kind === "folder" ? null : { ...run.requests },
    push: pushed === undefined ? null : pushJson(pushed),
  };
}

function pushJson(state: PushState): NonNullable<SourceJson["push"]> {
  const { deliveries, repeated, records, bytes, accepts, lastDeliveryMs, lastError, refusals } = state;
  return {
    deliveries,
    repeated,
    records,
    bytes,
    waiting_bytes: state.waitingBytes,
    waiting_limit: state.mostBytes,
    accepts,
    key_from: state.keyFrom,
    refused: refusals.map(({ lastMs, ...rest }) => ({ ...rest, last: new Date(lastMs).toISOString() })),
    last_delivery: iso(lastDeliveryMs),
    last_error: lastError,
  };
}

function runJson(run: NonNullable<KnownSource["run"]>): NonNullable<SourceJson["last_run"]> {
  const { startedMs, endedMs, lastGoodMs, failures, seen, read, failed } = run;
  return {
    started: new Date(startedMs).toISOString(),
    ended: iso(endedMs),
    last_good: iso(lastGoodMs),
    failures,
    seen,
    read,
    failed,
  };
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
