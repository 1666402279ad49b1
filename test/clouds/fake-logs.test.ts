import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  paginateFilterLogEvents,
  type FilteredLogEvent,
  type FilterLogEventsCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { expect, it } from "vitest";
import { testUser } from "./aws-keys.ts";
import { FakeLogs, type FakeLogsOptions } from "./fake-logs.ts";
import { atEnd } from "./opened.ts";
import { errorOf } from "./sdk-errors.ts";

async function start(options: FakeLogsOptions = {}) {
  const logs = await FakeLogs.start(options);
  atEnd(() => logs.close());
  const group = logs.createLogGroup("/vpc/flow-logs");
  const client = new CloudWatchLogsClient({
    endpoint: logs.url,
    region: "eu-central-1",
    credentials: testUser,
    maxAttempts: 1,
  });
  atEnd(() => client.destroy());
  const pages = async (input: Partial<FilterLogEventsCommandInput> = {}): Promise<FilteredLogEvent[][]> => {
    const pages: FilteredLogEvent[][] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName: group.name, ...input }))
      pages.push(events);
    return pages;
  };
  return { logs, group, client, pages };
}

it("finds events of all streams by time, from start to end with both, page after page", async () => {
  const { group, pages } = await start({ emptyPages: 2 });
  for (let number = 9; number >= 0; number--) group.put(`eni-${number % 2}-all`, 1000 + number, `line ${number}`);
  const found = await pages({ startTime: 1002, endTime: 1008, limit: 3 });
  expect(found.map((page) => page.map(({ timestamp }) => timestamp))).toEqual([
    [],
    [],
    [1002, 1003, 1004],
    [],
    [],
    [1005, 1006, 1007],
    [],
    [],
    [1008],
  ]);
  expect(found[2]?.[0]).toMatchObject({ logStreamName: "eni-0-all", message: "line 2" });
  const ids = found.flat().map(({ eventId }) => eventId);
  expect(new Set(ids).size).toBe(7);
  expect((await pages({ startTime: 1002, endTime: 1008 })).flat().map(({ eventId }) => eventId)).toEqual(ids);
  expect((await pages({ logStreamNamePrefix: "eni-1" })).flat()).toHaveLength(5);
});

it("ends a page at ten thousand events or a mebibyte", async () => {
  const { logs, group, pages } = await start();
  for (let number = 0; number < 10_001; number++) group.put("eni-a-all", number, "x");
  expect((await pages()).map(({ length }) => length)).toEqual([10_000, 1]);
  const long = logs.createLogGroup("long");
  for (let number = 0; number < 5; number++) long.put("s", number, "x".repeat(300_000));
  expect((await pages({ logGroupName: "long" })).map(({ length }) => length)).toEqual([3, 2]);
});

it("finds late events when they have come", async () => {
  let untilMs = 10_000;
  const { group, pages } = await start({ arrivedUntil: () => untilMs });
  const messages = async (): Promise<unknown[]> => (await pages()).flat().map(({ message }) => message);
  group.put("eni-a-all", 1000, "early");
  group.put("eni-b-all", 900, "late", 20_000);
  expect(await messages()).toEqual(["early"]);
  untilMs = 20_000;
  expect(await messages()).toEqual(["late", "early"]);
  expect((await pages()).flat().map(({ ingestionTime }) => ingestionTime)).toEqual([20_000, 10_000]);
});

it("describes groups and streams, of the account and region that ask", async () => {
  const { logs, group, client } = await start();
  logs.createLogGroup("/vpc/other", { kmsKeyId: "arn:aws:kms:x" });
  logs.createLogGroup("/vpc/elsewhere", { region: "us-east-1" });
  for (let eni = 0; eni < 60; eni++) group.put(`eni-${String(eni).padStart(2, "0")}-all`, 1000 - eni, "x");
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/vpc/" }));
  expect(logGroups.map(({ logGroupName, kmsKeyId }) => [logGroupName, kmsKeyId])).toEqual([
    ["/vpc/flow-logs", undefined],
    ["/vpc/other", "arn:aws:kms:x"],
  ]);
  const first = await client.send(
    new DescribeLogStreamsCommand({ logGroupName: group.name, orderBy: "LastEventTime", descending: true }),
  );
  expect([first.logStreams?.length, first.logStreams?.[0]?.logStreamName]).toEqual([50, "eni-00-all"]);
  const second = await client.send(
    new DescribeLogStreamsCommand({
      logGroupName: group.name,
      orderBy: "LastEventTime",
      descending: true,
      nextToken: first.nextToken,
    }),
  );
  expect(second.logStreams?.at(-1)).toMatchObject({ logStreamName: "eni-59-all", lastEventTimestamp: 941 });
});

it("refuses", async () => {
  const { logs, client, pages } = await start({ callsPerSecond: 2 });
  const filter = (logGroupName: string, nextToken?: string) =>
    client.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
  expect((await errorOf(filter("none"))).name).toBe("ResourceNotFoundException");
  expect((await errorOf(filter("/vpc/flow-logs", "nonsense"))).name).toBe("InvalidParameterException");
  expect(await errorOf(pages())).toMatchObject({ name: "ThrottlingException", message: "Rate exceeded", status: 400 });
  logs.deny({ action: "logs:DescribeLogGroups" });
  expect(await errorOf(client.send(new DescribeLogGroupsCommand({})))).toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringMatching(
      /^User: arn:aws:iam::123456789012:user\/weir is not authorized to perform: logs:DescribeLogGroups on resource: arn:aws:logs:eu-central-1:123456789012:log-group::log-stream: because no identity-based policy/,
    ),
  });
});
