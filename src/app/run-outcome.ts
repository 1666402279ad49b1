import { messageOf, WeirError } from "#base/errors.js";
import type { RunOutcome } from "#catalog/index.js";
import type { CollectReport } from "#collect/index.js";
import type { RequestCounts } from "#source/index.js";

/** How a run of a source went, as the catalog keeps it. */
export interface EndedRun {
  /** In words; null: it went well. */
  readonly error: string | null;
  readonly outcome: RunOutcome;
}

/** What a run did. @param report undefined where it failed before it did anything @param failure what it threw */
export function endedRun(
  report: CollectReport | undefined,
  failure: unknown,
  requests: RequestCounts | null,
): EndedRun {
  const { read = 0, grown = 0, unchanged = 0, skipped = 0, failed = 0 } = report?.objects ?? {};
  const error = failure === undefined ? (report === undefined ? null : failedObjects(report)) : messageOf(failure);
  return {
    error,
    outcome: {
      code: failure instanceof WeirError ? failure.code : error === null ? null : "objects-failed",
      next: nextOf(failure, error),
      seen: read + grown + unchanged + skipped + failed,
      read: read + grown,
      failed,
      bytes: report?.bytes ?? 0,
      seconds: report?.seconds ?? 0,
      newestFlow: report?.newestFlow ?? null,
      requests,
    },
  };
}

function nextOf(failure: unknown, error: string | null): string | null {
  if (failure instanceof WeirError) return failure.next ?? null;
  return error === null
    ? null
    : "weir status lists them; what failed is tried again every hour, and at once by weir collect.";
}

/** What was asked between two counts. */
export function requestsSince(before: RequestCounts, now: RequestCounts): RequestCounts {
  return {
    lists: now.lists - before.lists,
    gets: now.gets - before.gets,
    others: now.others - before.others,
    bytes: now.bytes - before.bytes,
    throttled: now.throttled - before.throttled,
    retries: now.retries - before.retries,
  };
}

/** What went wrong with single objects of a run that went on; null: nothing. */
function failedObjects({ objects, firstFailed: first }: CollectReport): string | null {
  if (objects.failed === 0) return null;
  const rest = objects.failed > 1 ? `, and ${objects.failed - 1} more` : "";
  return `${objects.failed === 1 ? "1 object" : `${objects.failed} objects`} could not be read: ${first === undefined ? "" : `${first.object}: ${first.message}`}${rest}`;
}
