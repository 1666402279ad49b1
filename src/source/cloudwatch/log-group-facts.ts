import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2Client, FlowLog } from "@aws-sdk/client-ec2";
import { explainAwsError } from "../aws/explain-aws-error.ts";
import { explainLogsError } from "./log-events.ts";
import { nearestWord } from "#base/nearest.js";
import type { RecordHints } from "#model/record-hints.js";
import type { WeirError } from "#base/errors.js";

/** A log group as `DescribeLogGroups` tells it. */
export interface LogGroup {
  /** Name, or ARN where it was named so. */
  readonly name: string;
  readonly account: string | null;
  readonly createdMs: number | null;
  readonly retentionDays: number | null;
  readonly storedBytes: number | null;
  readonly isEncrypted: boolean;
  /** `STANDARD`, `INFREQUENT_ACCESS`, `DELIVERY`. */
  readonly logClass: string | null;
}

/** Log groups among which a name that is not there is looked for. */
const MOST_NEARBY = 2000;

/** Gives facts as long as they may be asked for; without the right, a group is its name. */
export class LogGroups {
  readonly #client: CloudWatchLogsClient;
  readonly #pattern: string;

  /** @param pattern a name, an ARN, or the beginning of names with a `*` */
  constructor(client: CloudWatchLogsClient, pattern: string) {
    this.#client = client;
    this.#pattern = pattern;
  }

  /** The groups of the source. @throws WeirError when names begin with a pattern and must not be listed */
  async list(signal: AbortSignal): Promise<LogGroup[]> {
    const prefix = this.#pattern.endsWith("*") ? this.#pattern.slice(0, -1) : undefined;
    if (this.#pattern.startsWith("arn:")) return [nameOnly(this.#pattern, /^arn:[^:]+:logs:[^:]+:(\d{12}):/)];
    try {
      // In a URL the slash before most names is easily lost: /aws/vpc is cloudwatch://REGION//aws/vpc.
      for (const start of ["", "/"]) {
        const wanted = `${start}${prefix ?? this.#pattern}`;
        const found = await this.#describe(wanted, signal);
        const meant = prefix === undefined ? found.filter(({ name }) => name === wanted) : found;
        if (meant.length > 0) return meant;
      }
      return prefix === undefined ? [nameOnly(this.#pattern)] : [];
    } catch (error) {
      signal.throwIfAborted();
      const isDenied = error instanceof Error && /AccessDenied/.test(error.name);
      if (prefix === undefined && isDenied) return [nameOnly(this.#pattern)];
      throw explainLogsError(error, "logs:DescribeLogGroups", this.#pattern);
    }
  }

  /** The group whose name is written nearly like the one of the source; undefined where none is, or they must not be listed. */
  async nearest(signal: AbortSignal): Promise<string | undefined> {
    const groups = await this.#describe("", signal, MOST_NEARBY).catch((): LogGroup[] => []);
    signal.throwIfAborted();
    const names = groups.map(({ name }) => name);
    const wanted = this.#pattern.replace(/\*$/, "");
    return nearestWord(wanted, names) ?? nearestWord(`/${wanted}`, names);
  }

  async #describe(prefix: string, signal: AbortSignal, most = Number.POSITIVE_INFINITY): Promise<LogGroup[]> {
    const { paginateDescribeLogGroups } = await import("@aws-sdk/client-cloudwatch-logs");
    const groups: LogGroup[] = [];
    const input = prefix === "" ? {} : { logGroupNamePrefix: prefix };
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: this.#client }, input, {
      abortSignal: signal,
    })) {
      for (const {
        logGroupName,
        arn,
        creationTime,
        retentionInDays,
        storedBytes,
        kmsKeyId,
        logGroupClass,
      } of logGroups) {
        if (logGroupName === undefined) continue;
        groups.push({
          name: logGroupName,
          account: /:(\d{12}):log-group:/.exec(arn ?? "")?.[1] ?? null,
          createdMs: creationTime ?? null,
          retentionDays: retentionInDays ?? null,
          storedBytes: storedBytes ?? null,
          isEncrypted: kmsKeyId !== undefined,
          logClass: logGroupClass ?? null,
        });
      }
      if (groups.length >= most) break;
    }
    return groups;
  }
}

function nameOnly(name: string, accountOf?: RegExp): LogGroup {
  return {
    name,
    account: accountOf?.exec(name)?.[1] ?? null,
    createdMs: null,
    retentionDays: null,
    storedBytes: null,
    isEncrypted: false,
    logClass: null,
  };
}

const FRESH_MS = 600_000;

/** Flow logs that deliver to log groups of a region, as far as `DescribeFlowLogs` may be asked. */
export class DeliveringFlowLogs {
  readonly #client: EC2Client;
  readonly #region: string;
  readonly #known = new Map<string, { readonly askedMs: number; readonly flowLogs: Promise<readonly FlowLog[]> }>();
  /** Why they are not known, if they are not. */
  refusal: WeirError | undefined;

  constructor(client: EC2Client, region: string) {
    this.#client = client;
    this.#region = region;
  }

  /** Those of one group; none where they are not known. Asked every ten minutes at most. */
  async of(logGroup: string, signal: AbortSignal): Promise<readonly FlowLog[]> {
    const known = this.#known.get(logGroup);
    if (known !== undefined && Date.now() - known.askedMs < FRESH_MS) return known.flowLogs;
    const flowLogs = this.#ask(logGroup, signal).catch((error: unknown): FlowLog[] => {
      signal.throwIfAborted();
      // Logs are read without it, where they have the default format or a configured one.
      this.refusal = explainAwsError(error, { action: "ec2:DescribeFlowLogs", resource: logGroup, scope: "source" });
      return [];
    });
    this.#known.set(logGroup, { askedMs: Date.now(), flowLogs });
    return flowLogs;
  }

  /** What records of a group do not say themselves. */
  async hintsOf({ name, account }: LogGroup, signal: AbortSignal): Promise<RecordHints> {
    const flowLogs = await this.of(name, signal);
    const layouts = layoutsOf(flowLogs);
    const [only] = flowLogs.length === 1 ? flowLogs : [];
    return {
      region: this.#region,
      ...(account !== null && { accountId: account }),
      ...(only?.FlowLogId !== undefined && { flowLogId: only.FlowLogId }),
      ...(layouts.length > 0 && { layouts }),
    };
  }

  async #ask(logGroup: string, signal: AbortSignal): Promise<FlowLog[]> {
    const { paginateDescribeFlowLogs } = await import("@aws-sdk/client-ec2");
    const name = /:log-group:([^:]+)/.exec(logGroup)?.[1] ?? logGroup;
    const found: FlowLog[] = [];
    const input = { Filter: [{ Name: "log-group-name", Values: [name] }] };
    for await (const { FlowLogs = [] } of paginateDescribeFlowLogs({ client: this.#client }, input, {
      abortSignal: signal,
    }))
      found.push(...FlowLogs);
    this.refusal = undefined;
    return found;
  }
}

/** The different formats of flow logs. */
export function layoutsOf(flowLogs: readonly FlowLog[]): string[] {
  return [...new Set(flowLogs.flatMap(({ LogFormat }) => (LogFormat === undefined ? [] : [LogFormat])))];
}
