import { setTimeout as sleep } from "node:timers/promises";
import type { CloudWatchLogsClient, FilterLogEventsCommandInput } from "@aws-sdk/client-cloudwatch-logs";
import { explainAwsError } from "../aws/explain-aws-error.ts";
import { WeirError } from "#base/errors.js";
import type { RequestCounter } from "../aws/request-counter.ts";

/** An event as `FilterLogEvents` gives it; times in milliseconds since 1970. */
export interface LogEvent {
  /** Unique within the log group. */
  readonly id: string;
  readonly stream: string;
  /** Of the record: its `start`. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** A stretch of a log group's time: `[fromMs, toMs)`, by the events' own time. */
export interface EventRange {
  readonly logGroup: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Between two requests. AWS allows 5 to 25 a second, by region, to all callers of an account together. */
const GAP_MS = 100;
const MOST_GAP_MS = 2000;

/** Reads log groups: page after page, not faster than AWS wants to be asked. */
export class LogEventReader {
  readonly #client: CloudWatchLogsClient;
  readonly #requests: RequestCounter;
  #gapMs = GAP_MS;
  #nextMs = 0;

  constructor(client: CloudWatchLogsClient, requests: RequestCounter) {
    this.#client = client;
    this.#requests = requests;
  }

  /**
   * The events of a range, a page at a time; pages may be empty. AWS gives them by their time, whatever their stream.
   * @param limit events of one page
   * @throws WeirError `source-…`
   */
  async *pages(
    { logGroup, fromMs, toMs }: EventRange,
    signal: AbortSignal,
    limit?: number,
  ): AsyncGenerator<LogEvent[]> {
    const { FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
    let nextToken: string | undefined;
    do {
      await this.#wait(signal);
      const input: FilterLogEventsCommandInput = {
        ...groupInput(logGroup),
        startTime: fromMs,
        // AWS counts an event of that very time in.
        endTime: toMs - 1,
        ...(limit !== undefined && { limit }),
        ...(nextToken !== undefined && { nextToken }),
      };
      const throttled = this.#requests.throttled;
      const answer = await this.#client
        .send(new FilterLogEventsCommand(input), { abortSignal: signal })
        .catch((error: unknown) => {
          signal.throwIfAborted();
          throw explainLogsError(error, "logs:FilterLogEvents", logGroup);
        });
      const isSlowed = this.#requests.throttled > throttled;
      this.#gapMs = isSlowed ? Math.min(this.#gapMs * 2, MOST_GAP_MS) : Math.max(GAP_MS, this.#gapMs * 0.9);
      const events = (answer.events ?? []).map((event): LogEvent => {
        const { eventId = "", logStreamName = "", timestamp = fromMs, ingestionTime = 0, message = "" } = event;
        this.#requests.bytes += message.length;
        return { id: eventId, stream: logStreamName, timestamp, ingestionTime, message };
      });
      yield events;
      // A token that does not change would go round for ever.
      nextToken = answer.nextToken === nextToken ? undefined : answer.nextToken;
    } while (nextToken !== undefined && nextToken !== "");
  }

  /** When the first event of a range happened; undefined: there is none. */
  async firstTime(range: EventRange, signal: AbortSignal): Promise<number | undefined> {
    for await (const events of this.pages(range, signal, 1)) if (events[0] !== undefined) return events[0].timestamp;
    return undefined;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = Date.now();
    const at = Math.max(now, this.#nextMs);
    this.#nextMs = at + this.#gapMs;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}

/** A log group of another account is named by its ARN. */
export function groupInput(logGroup: string): { logGroupIdentifier: string } | { logGroupName: string } {
  return logGroup.startsWith("arn:") ? { logGroupIdentifier: logGroup } : { logGroupName: logGroup };
}

/** An error of CloudWatch Logs in words. */
export function explainLogsError(error: unknown, action: string, logGroup: string): WeirError {
  const name = error instanceof Error ? error.name : "";
  if (name === "ResourceNotFoundException")
    return new WeirError({
      code: "source-log-group",
      kind: "environment",
      message: "there is no such log group in this region and account",
      place: logGroup,
      next: "Look at the source's url: cloudwatch://REGION/LOG-GROUP, the name as the console shows it; of another account its ARN, or its role_arn.",
    });
  return explainAwsError(error, { action, resource: logGroup, scope: "source" });
}
