import { AwsFault, dialects } from "./aws-faults.ts";
import { jsonInput, jsonProtocol, listOf, numberOf, optionalText, type JsonInput } from "./aws-json.ts";
import { pageOf } from "./aws-pages.ts";
import { AwsService, type AwsCall, type AwsServiceOptions } from "./aws-service.ts";
import { LogGroup, type LogEvent, type LogGroupFacts } from "./log-group.ts";

export interface FakeLogsOptions extends AwsServiceOptions {
  /** Pages without events that come before each one that has some: what was searched and did not match. */
  readonly emptyPages?: number;
  /** More calls of FilterLogEvents in a second are throttled. */
  readonly callsPerSecond?: number;
  /** Until when events have arrived, milliseconds since 1970, where that is not now: tests that let hours pass move it. */
  readonly arrivedUntil?: () => number;
  /** How long the streams' last times lag behind their events. */
  readonly lagMs?: number;
}

/** Most that a page may have: events, and bytes with what each event costs besides its text. */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1024 * 1024;
const EVENT_BYTES = 26;

/**
 * CloudWatch Logs over HTTP for readers. A requester sees the groups of its account in the region that it signs for.
 * Source: Amazon CloudWatch Logs API Reference, FilterLogEvents, DescribeLogGroups, DescribeLogStreams.
 */
export class FakeLogs extends AwsService {
  protected readonly protocol = jsonProtocol("1.1");
  protected readonly dialect = dialects.json;
  protected readonly prefix = "logs";
  readonly #options: FakeLogsOptions;
  readonly #groups: LogGroup[] = [];
  #calls: number[] = [];

  private constructor(options: FakeLogsOptions) {
    super(options);
    this.#options = options;
  }

  static async start(options: FakeLogsOptions = {}): Promise<FakeLogs> {
    return new FakeLogs(options).listen();
  }

  createLogGroup(name: string, facts: Partial<LogGroupFacts> = {}): LogGroup {
    const group = new LogGroup(name, { account: "123456789012", region: "eu-central-1", ...facts }, () =>
      this.#arrivedUntilMs(),
    );
    this.#groups.push(group);
    this.#groups.sort((a, b) => (a.name < b.name ? -1 : 1));
    return group;
  }

  protected perform(call: AwsCall): unknown {
    const input = jsonInput(call.asked);
    switch (call.operation) {
      case "FilterLogEvents":
        return this.#filter(call, input);
      case "DescribeLogGroups":
        return this.#describeGroups(call, input);
      case "DescribeLogStreams":
        return this.#describeStreams(call, input);
      default:
        this.mustBeAllowed(call, "*");
        throw new AwsFault(400, "UnknownOperationException", "");
    }
  }

  #arrivedUntilMs(): number {
    return this.#options.arrivedUntil?.() ?? this.nowMs;
  }

  #group(call: AwsCall, input: JsonInput): LogGroup {
    const asked = optionalText(input, "logGroupName") || optionalText(input, "logGroupIdentifier");
    const name = asked.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, "");
    this.mustBeAllowed(call, `arn:aws:logs:${call.region}:${call.identity.account}:log-group:${name}:log-stream:`);
    const group = this.#seenBy(call).find((group) => group.name === name);
    if (group === undefined)
      throw new AwsFault(400, "ResourceNotFoundException", "The specified log group does not exist.");
    return group;
  }

  #seenBy({ identity, region }: AwsCall): readonly LogGroup[] {
    return this.#groups.filter(({ facts }) => facts.account === identity.account && facts.region === region);
  }

  #filter(call: AwsCall, input: JsonInput): object {
    this.#throttle();
    const group = this.#group(call, input);
    const token = readToken(tokenOf(input));
    const limit = numberOf(input, "limit") ?? MAX_EVENTS;
    if (limit < 1 || limit > MAX_EVENTS)
      throw invalidParameter(`Value '${limit}' at 'limit' failed to satisfy constraint`);
    if (token.emptyPages < (this.#options.emptyPages ?? 0))
      return {
        events: [],
        searchedLogStreams: [],
        nextToken: writeToken({ ...token, emptyPages: token.emptyPages + 1 }),
      };
    const matching = matchingEvents(group.events, input, token.after);
    const events = firstPage(matching, limit);
    const last = events.at(-1);
    const more = last !== undefined && events.length < matching.length;
    return {
      events: events.map(({ stream, ...event }) => ({ logStreamName: stream, ...event })),
      searchedLogStreams: [],
      ...(more ? { nextToken: writeToken({ emptyPages: 0, after: [last.timestamp, last.eventId] }) } : {}),
    };
  }

  #describeGroups(call: AwsCall, input: JsonInput): object {
    const prefix = optionalText(input, "logGroupNamePrefix");
    this.mustBeAllowed(call, `arn:aws:logs:${call.region}:${call.identity.account}:log-group:${prefix}:log-stream:`);
    const pattern = optionalText(input, "logGroupNamePattern");
    const groups = this.#seenBy(call).filter(({ name }) => name.startsWith(prefix) && name.includes(pattern));
    const page = pageOf(groups, tokenOf(input), numberOf(input, "limit") ?? 50, invalidToken);
    const logGroups = page.items.map(({ name, arn, facts, events }) => ({
      logGroupName: name,
      arn: `${arn}:*`,
      logGroupArn: arn,
      creationTime: Math.min(this.nowMs, ...events.slice(0, 1).map(({ timestamp }) => timestamp)),
      metricFilterCount: 0,
      storedBytes: events.reduce((sum, { message }) => sum + message.length + EVENT_BYTES, 0),
      logGroupClass: "STANDARD",
      ...(facts.kmsKeyId === undefined ? {} : { kmsKeyId: facts.kmsKeyId }),
      ...(facts.retentionInDays === undefined ? {} : { retentionInDays: facts.retentionInDays }),
    }));
    return { logGroups, ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
  }

  #describeStreams(call: AwsCall, input: JsonInput): object {
    const group = this.#group(call, input);
    const prefix = optionalText(input, "logStreamNamePrefix");
    const byTime = input["orderBy"] === "LastEventTime";
    if (byTime && prefix !== "") throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
    const streams = [...group.streams].filter(([name]) => name.startsWith(prefix));
    const lastTime = (events: readonly LogEvent[]): number => events.at(-1)?.timestamp ?? 0;
    if (byTime) streams.sort(([, a], [, b]) => lastTime(a) - lastTime(b));
    if (input["descending"] === true) streams.reverse();
    const page = pageOf(streams, tokenOf(input), numberOf(input, "limit") ?? 50, invalidToken);
    const logStreams = page.items.map(([name, events]) => ({
      logStreamName: name,
      creationTime: events[0]?.ingestionTime,
      firstEventTimestamp: events[0]?.timestamp,
      lastEventTimestamp: lastTime(events) - (this.#options.lagMs ?? 0),
      lastIngestionTime: Math.max(...events.slice(-100).map(({ ingestionTime }) => ingestionTime)),
      arn: `${group.arn}:log-stream:${name}`,
      storedBytes: 0,
    }));
    return { logStreams, ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
  }

  #throttle(): void {
    const { callsPerSecond } = this.#options;
    if (callsPerSecond === undefined) return;
    const nowMs = performance.now();
    this.#calls = this.#calls.filter((ms) => nowMs - ms < 1000);
    if (this.#calls.length >= callsPerSecond) throw new AwsFault(400, "ThrottlingException", "Rate exceeded");
    this.#calls.push(nowMs);
  }
}

/** Where a search goes on: after an event, and how many empty pages were given since. */
interface Token {
  readonly after?: readonly [timestamp: number, eventId: string];
  readonly emptyPages: number;
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(text: string | undefined): Token {
  if (text === undefined) return { emptyPages: 0 };
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString()) as Token;
  } catch {
    throw invalidToken();
  }
}

function matchingEvents(events: readonly LogEvent[], input: JsonInput, after: Token["after"]): readonly LogEvent[] {
  const start = numberOf(input, "startTime") ?? 0;
  // Events at this time are still found.
  const end = numberOf(input, "endTime") ?? Infinity;
  const names = listOf(input, "logStreamNames");
  const prefix = optionalText(input, "logStreamNamePrefix");
  const pattern = optionalText(input, "filterPattern");
  if (pattern !== "") throw invalidParameter("This server knows no filter patterns.");
  return events.filter(
    ({ timestamp, eventId, stream }) =>
      timestamp >= start &&
      timestamp <= end &&
      (after === undefined || timestamp > after[0] || (timestamp === after[0] && eventId > after[1])) &&
      (names.length === 0 || names.includes(stream)) &&
      stream.startsWith(prefix),
  );
}

function firstPage(events: readonly LogEvent[], limit: number): readonly LogEvent[] {
  let bytes = 0;
  let count = 0;
  for (const { message } of events) {
    bytes += Buffer.byteLength(message) + EVENT_BYTES;
    if (count >= limit || (bytes > MAX_BYTES && count > 0)) break;
    count++;
  }
  return events.slice(0, count);
}

function tokenOf(input: JsonInput): string | undefined {
  const token = input["nextToken"];
  return typeof token === "string" ? token : undefined;
}

function invalidToken(): AwsFault {
  return invalidParameter("The specified nextToken is invalid.");
}

function invalidParameter(message: string): AwsFault {
  return new AwsFault(400, "InvalidParameterException", message);
}
