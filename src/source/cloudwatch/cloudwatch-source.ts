import { tmpdir } from "node:os";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2Client } from "@aws-sdk/client-ec2";
import { WeirError } from "#base/errors.js";
import { awsClientSettings, type AwsClientSettings } from "../aws/client-settings.ts";
import { interleave } from "../interleave.ts";
import type { SourceProbe } from "../probe.ts";
import type { FetchedObject, FetchRequest, LookRequest, RemoteBatch, RemoteSource, RequestCounts } from "../remote.ts";
import { SettledOrder } from "../settled-order.ts";
import { remotePlace, type RemoteSettings } from "../settings.ts";
import { LogEventReader } from "./log-events.ts";
import { DeliveringFlowLogs, LogGroups, type LogGroup } from "./log-group-facts.ts";
import { MINUTE_MS, readMinuteKey } from "./minute-key.ts";
import { MinuteSpool } from "./minute-spool.ts";
import { probeLogGroups } from "./probe-log-groups.ts";
import {
  parseState,
  planReading,
  readTo,
  readWhole,
  SliceLength,
  wholeMinutes,
  type Reading,
  type ReadingState,
} from "./reading-plan.ts";

/** Log groups that are read side by side. */
const GROUPS_AT_ONCE = 3;
/** Bytes of events on disk before reading waits for the lake. */
const SPOOL_BYTES = 256 * 1024 * 1024;
const DAY_MS = 86_400_000;

/** Opens the log groups that a URL names. @throws WeirError when a setting is wrong */
export async function openCloudWatch(
  settings: RemoteSettings,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<RemoteSource> {
  const { uri } = remotePlace(settings.url);
  const [, region = "", pattern = ""] = /^cloudwatch:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    throw new WeirError({
      code: "source-url",
      kind: "usage",
      message: `“${region}” is no region of AWS`,
      place: settings.url,
      next: "Write cloudwatch://REGION/LOG-GROUP, such as cloudwatch://eu-central-1//aws/vpc/flow-logs.",
    });
  if (settings.region !== undefined && settings.region !== region)
    throw new WeirError({
      code: "source-region",
      kind: "usage",
      message: `the URL names the region ${region}, and the setting region ${settings.region}`,
      place: settings.url,
      next: "Leave region out: a log group lies in the region of its URL.",
    });
  const made = awsClientSettings({ ...settings, region }, env, { retryMode: "adaptive" });
  const [{ CloudWatchLogsClient }, { EC2Client }] = await Promise.all([
    import("@aws-sdk/client-cloudwatch-logs"),
    import("@aws-sdk/client-ec2"),
  ]);
  const logs = made.requests.watch(new CloudWatchLogsClient(made.own));
  const ec2 = made.requests.watch(new EC2Client(made.beside));
  return new CloudWatchSource({ uri, region, pattern, settings, made, logs, ec2 });
}

interface CloudWatchParts {
  readonly uri: string;
  readonly region: string;
  readonly pattern: string;
  readonly settings: RemoteSettings;
  readonly made: AwsClientSettings;
  readonly logs: CloudWatchLogsClient;
  readonly ec2: EC2Client;
}

/** One look through one log group. */
interface GroupLook {
  readonly group: LogGroup;
  readonly spool: MinuteSpool;
  readonly order: SettledOrder;
  readonly request: LookRequest;
  /** When the rest is left for the next look. Milliseconds since 1970. */
  readonly endMs: number;
}

/**
 * Log groups as objects: one for each minute in which something happened, by the events' own time, its events ordered by when they
 * came. Events may come late, so the last minutes are read again with each look, and more of them now and then; a minute that
 * has changed is an object that has grown.
 */
class CloudWatchSource implements RemoteSource {
  readonly kind = "cloudwatch";
  readonly uri: string;
  readonly #parts: CloudWatchParts;
  readonly #events: LogEventReader;
  readonly #groups: LogGroups;
  readonly #flowLogs: DeliveringFlowLogs;
  /** Of the look that is under way. */
  #spool: MinuteSpool | undefined;
  /** Groups as they were listed last. */
  readonly #known = new Map<string, LogGroup>();

  constructor(parts: CloudWatchParts) {
    const { uri, region, pattern, made, logs, ec2 } = parts;
    this.uri = uri;
    this.#parts = parts;
    this.#events = new LogEventReader(logs, made.requests);
    this.#groups = new LogGroups(logs, pattern);
    this.#flowLogs = new DeliveringFlowLogs(ec2, region);
  }

  get requests(): RequestCounts {
    return this.#parts.made.requests;
  }

  async *look(request: LookRequest): AsyncIterable<RemoteBatch> {
    this.#spool?.close();
    const spool = new MinuteSpool(request.folder ?? tmpdir(), SPOOL_BYTES);
    this.#spool = spool;
    const groups = await this.#groups.list(request.signal);
    for (const group of groups) this.#known.set(group.name, group);
    const failures: unknown[] = [];
    const endMs = Date.now() + (request.forMs ?? Number.POSITIVE_INFINITY);
    const open = groups.map((group) =>
      this.#lookThrough({ group, spool, request, endMs, order: new SettledOrder() }, failures),
    );
    yield* interleave(() => open.shift(), GROUPS_AT_ONCE);
    // One that cannot be read holds no other back.
    if (failures.length > 0) throw failures[0];
  }

  async fetch({ object, path, signal }: FetchRequest): Promise<FetchedObject> {
    const name = readMinuteKey(object.key);
    if (name === undefined)
      throw new WeirError({
        code: "bad-key",
        kind: "input",
        message: "this is no minute of a log group",
        place: object.key,
      });
    const group = this.#known.get(name.logGroup) ?? { ...unknownGroup, name: name.logGroup };
    const hints = await this.#flowLogs.hintsOf(group, signal);
    const kept = await this.#spool?.take(object, path);
    if (kept !== undefined) {
      const { size, newestMs } = kept;
      return { size, modifiedMicros: newestMs * 1000, start: 0, hints };
    }
    return { ...(await this.#readMinute(name.logGroup, name.minuteMs, path, signal)), hints };
  }

  async probe(signal: AbortSignal, sinceMs?: number): Promise<SourceProbe> {
    const { region, settings } = this.#parts;
    const parts = { events: this.#events, flowLogs: this.#flowLogs, region, logFormat: settings.logFormat };
    try {
      const groups = await this.#groups.list(signal);
      const probe = await probeLogGroups({ ...parts, groups }, signal, sinceMs);
      return groups.length > 0 ? probe : { ...probe, nearby: { meant: await this.#nearest(signal), flowLogs: [] } };
    } catch (error) {
      if (!(error instanceof WeirError) || error.code !== "source-log-group") throw error;
      const near = await this.#nearest(signal);
      if (near === null) throw error;
      const { code, kind, message } = error;
      throw new WeirError({ code, kind, message, place: this.uri, next: `Did you mean ${near}?` });
    }
  }

  async #nearest(signal: AbortSignal): Promise<string | null> {
    const name = await this.#groups.nearest(signal);
    return name === undefined ? null : `cloudwatch://${this.#parts.region}/${name}`;
  }

  close(): void {
    this.#spool?.close();
    this.#parts.logs.destroy();
    this.#parts.ec2.destroy();
    this.#parts.made.close();
  }

  async *#lookThrough(look: GroupLook, failures: unknown[]): AsyncGenerator<RemoteBatch> {
    const { group, request } = look;
    const { memory, signal, window } = request;
    const name = `read ${group.name}`;
    try {
      let state = parseState(memory.get(name));
      const start =
        state === undefined && window === undefined ? await this.#start(group, signal) : this.#earliest(group);
      if (start === undefined) return;
      if (window !== undefined) {
        const reading = { ...wholeMinutes(Math.max(window.fromMs, start), window.toMs), covers: [] };
        yield* this.#read(look, reading, () => undefined);
        return;
      }
      const keep = (change: (now: ReadingState | undefined) => ReadingState): void =>
        memory.set(name, JSON.stringify(change(parseState(memory.get(name)))));
      for (let isGoingOn = true; isGoingOn;) {
        isGoingOn = state?.open !== undefined;
        const reading = planReading(state, start, Date.now());
        const isWhole = yield* this.#read(look, reading, keep);
        if (!isWhole) return;
        // What was left of an earlier reading is read: now what has come since.
        state = readWhole(state, reading);
      }
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }

  /** Reads a stretch of time piece by piece, one at least, until it is time to end. @returns whether all of it was read */
  async *#read(
    { group, spool, order, request: { signal }, endMs }: GroupLook,
    reading: Reading,
    keep: (change: (now: ReadingState | undefined) => ReadingState) => void,
  ): AsyncGenerator<RemoteBatch, boolean> {
    const slices = new SliceLength();
    for (let { fromMs } = reading; fromMs < reading.toMs;) {
      await spool.room(signal);
      const toMs = slices.endOf(fromMs, reading.toMs);
      const pages = this.#events.pages({ logGroup: group.name, fromMs, toMs }, signal);
      const { objects, events } = await spool.keep(group.name, pages);
      const settled = order.next(() => keep((now) => readTo(now, reading, toMs)));
      yield {
        objects,
        settled: async (outcome) => {
          spool.release(objects);
          await settled(outcome);
        },
      };
      slices.learn(events);
      fromMs = toMs;
      if (fromMs < reading.toMs && Date.now() >= endMs) return false;
    }
    order.afterAll(() => keep((now) => readWhole(now, reading)));
    return true;
  }

  /** Before this nothing is read: it is not wanted, or there was nothing, or it is deleted by now. */
  #earliest({ createdMs, retentionDays }: LogGroup): number {
    const { sinceMs = 0 } = this.#parts.settings;
    // A minute of which a part is deleted already would take the place of the whole one.
    const kept = retentionDays === null ? 0 : Date.now() - retentionDays * DAY_MS + 10 * MINUTE_MS;
    // Events may be two weeks older than their group.
    return Math.max(sinceMs, kept, createdMs === null ? 0 : createdMs - 14 * DAY_MS);
  }

  /** Where reading begins for the first time; undefined: there is nothing yet. */
  async #start(group: LogGroup, signal: AbortSignal): Promise<number | undefined> {
    const fromMs = this.#earliest(group);
    return this.#events.firstTime({ logGroup: group.name, fromMs, toMs: Date.now() }, signal);
  }

  /** Reads one minute anew: it was claimed before, by a run that did not come to its end. */
  async #readMinute(logGroup: string, minuteMs: number, path: string, signal: AbortSignal): Promise<FetchedObject> {
    const spool = new MinuteSpool(`${path}.minutes`, SPOOL_BYTES);
    try {
      const range = { logGroup, fromMs: minuteMs, toMs: minuteMs + MINUTE_MS };
      const { objects } = await spool.keep(logGroup, this.#events.pages(range, signal));
      const [object] = objects;
      const file = object === undefined ? undefined : await spool.take(object, path);
      if (file === undefined)
        throw new WeirError({
          code: "deleted-at-source",
          kind: "input",
          message: "the log group has no event of this minute any more",
          place: logGroup,
          next: "The group's retention may be too short: keep events for some days.",
        });
      return { size: file.size, modifiedMicros: file.newestMs * 1000, start: 0 };
    } finally {
      spool.close();
    }
  }
}

const unknownGroup = {
  account: null,
  createdMs: null,
  retentionDays: null,
  storedBytes: null,
  isEncrypted: false,
  logClass: null,
} as const;
