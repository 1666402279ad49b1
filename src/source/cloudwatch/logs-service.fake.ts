import type { IncomingMessage, RequestListener } from "node:http";

/** An event of a fake log group. */
export interface FakeEvent {
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

interface StoredEvent extends FakeEvent {
  readonly eventId: string;
}

/** What a call is answered with in the place of the right answer. */
export interface FakeFailure {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** A flow log as `DescribeFlowLogs` tells it. */
export interface FakeFlowLog {
  readonly id: string;
  readonly logGroup: string;
  readonly format: string;
  readonly trafficType?: string;
}

/**
 * CloudWatch Logs (JSON 1.1) and `DescribeFlowLogs` of EC2 (Query), as their API references tell, for the SDK's clients: pages of up
 * to `pageEvents` events in the order of timestamp, ingestion time and id, some of them empty; names of groups; ends of ranges that
 * count in; tokens that hold for one range only.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export class FakeLogs {
  readonly groups = new Map<
    string,
    { readonly createdMs: number; retentionDays?: number; readonly events: StoredEvent[] }
  >();
  readonly flowLogs: FakeFlowLog[] = [];
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
  pageEvents = 10_000;
  /** Called for each call; what it gives is answered. */
  onCall: (operation: string, call: number) => FakeFailure | undefined = () => undefined;
  #ids = 0;

  group(name: string, createdMs = 0, retentionDays?: number): void {
    this.groups.set(name, { createdMs, events: [], ...(retentionDays !== undefined && { retentionDays }) });
  }

  put(group: string, events: readonly FakeEvent[]): void {
    const stored = this.groups.get(group);
    if (stored === undefined) throw new Error(`no group ${group}`);
    // As of AWS: 56 digits, of which nothing follows for the order of events.
    for (const event of events)
      stored.events.push({
        ...event,
        eventId: ((++this.#ids * 7_919) % 1_000_003).toString().padStart(8, "0") + String(this.#ids).padStart(48, "0"),
      });
    stored.events.sort(
      (a, b) => a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime || (a.eventId < b.eventId ? -1 : 1),
    );
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  readonly answer: RequestListener = (request, response) => {
    void bodyOf(request).then((body) => {
      const target = request.headers["x-amz-target"]?.toString().split(".")[1];
      const form = new URLSearchParams(body);
      const operation = target ?? form.get("Action") ?? "";
      const input = target === undefined ? Object.fromEntries(form) : (JSON.parse(body) as Record<string, unknown>);
      this.calls.push({ operation, input });
      const failure = this.onCall(operation, this.calls.length);
      if (target === undefined) {
        const xml = failure === undefined ? this.#flowLogsXml(input) : errorXml(failure);
        response.writeHead(failure?.status ?? 200, { "content-type": "text/xml" }).end(xml);
        return;
      }
      const told = failure ?? this.#tell(operation, input);
      const json = isFailure(told) ? { __type: told.type, message: told.message } : told;
      response
        .writeHead(isFailure(told) ? told.status : 200, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify(json));
    });
  };

  #tell(operation: string, input: Record<string, unknown>): FakeFailure | object {
    if (operation === "DescribeLogGroups") {
      const prefix = String(input["logGroupNamePrefix"] ?? "");
      const logGroups = [...this.groups].flatMap(([name, { createdMs, retentionDays }]) =>
        name.startsWith(prefix)
          ? [
              {
                logGroupName: name,
                creationTime: createdMs,
                retentionInDays: retentionDays,
                storedBytes: 5_000_000,
                arn: `arn:aws:logs:eu-central-1:123456789012:log-group:${name}:*`,
              },
            ]
          : [],
      );
      return { logGroups };
    }
    if (operation !== "FilterLogEvents") return { status: 400, type: "UnknownOperationException", message: operation };
    const group = this.groups.get(String(input["logGroupName"]));
    if (group === undefined)
      return { status: 400, type: "ResourceNotFoundException", message: "The specified log group does not exist." };
    const {
      startTime = 0,
      endTime = Number.MAX_SAFE_INTEGER,
      limit = this.pageEvents,
      nextToken,
    } = input as Record<string, number> & { nextToken?: string };
    const range = `${startTime}-${endTime}`;
    const [tokenRange, position = "0"] = nextToken?.split("@") ?? [range];
    if (tokenRange !== range)
      return { status: 400, type: "InvalidParameterException", message: "The specified nextToken is invalid." };
    const matching = group.events.filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime);
    // An empty page in the middle, as there are.
    if (position === "0e") return this.#page([], range, matching.length === 0 ? undefined : 0);
    if (nextToken === undefined && matching.length > 0) return { events: [], nextToken: `${range}@0e` };
    const from = Number(position);
    const events = matching.slice(from, from + Math.min(limit, this.pageEvents));
    const next = from + events.length;
    return this.#page(events, range, next < matching.length ? next : undefined);
  }

  #page(events: readonly StoredEvent[], range: string, next: number | undefined): object {
    return {
      events: events.map(({ stream, ...event }) => ({ logStreamName: stream, ...event })),
      searchedLogStreams: [],
      ...(next !== undefined && { nextToken: `${range}@${next}` }),
    };
  }

  #flowLogsXml(form: Record<string, unknown>): string {
    const wanted = form["Filter.1.Value.1"];
    const items = this.flowLogs
      .filter(({ logGroup }) => logGroup === wanted)
      .map(
        ({ id, logGroup, format, trafficType = "ALL" }) =>
          `<item><flowLogId>${id}</flowLogId><logGroupName>${logGroup}</logGroupName><logFormat>${format}</logFormat><trafficType>${trafficType}</trafficType><flowLogStatus>ACTIVE</flowLogStatus></item>`,
      );
    return `<DescribeFlowLogsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><flowLogSet>${items.join("")}</flowLogSet></DescribeFlowLogsResponse>`;
  }
}

function isFailure(told: object): told is FakeFailure {
  return "type" in told;
}

function errorXml({ type, message }: FakeFailure): string {
  return `<Response><Errors><Error><Code>${type}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
