import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type ReceiveMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { testUser } from "./aws-keys.ts";
import { FakeSqs, type FakeSqsOptions } from "./fake-sqs.ts";
import { atEnd } from "./opened.ts";
import { eventBridgeEvent, s3Event, s3TestEvent, snsEnvelope } from "./s3-notifications.ts";
import { errorOf } from "./sdk-errors.ts";
import type { QueueOptions } from "./sqs-queue.ts";

async function start(queueOptions: QueueOptions = {}, options: FakeSqsOptions = {}) {
  const sqs = await FakeSqs.start(options);
  atEnd(() => sqs.close());
  const queue = sqs.createQueue("flow-logs", queueOptions);
  const client = new SQSClient({ endpoint: sqs.url, region: "eu-central-1", credentials: testUser, maxAttempts: 1 });
  atEnd(() => client.destroy());
  const QueueUrl = sqs.urlOf(queue);
  const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<readonly Message[]> =>
    (
      await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"], ...more }),
      )
    ).Messages ?? [];
  const drop = ({ ReceiptHandle }: Message) => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return { sqs, queue, client, QueueUrl, receive, drop };
}

describe("receiving", () => {
  it("gives a message, hides it, and has it again when it was not deleted", async () => {
    const { queue, client, QueueUrl, receive, drop } = await start({ visibilitySeconds: 0.2 });
    queue.send("häh?");
    const [first] = await receive();
    expect([first?.Body, first?.Attributes?.["ApproximateReceiveCount"]]).toEqual(["häh?", "1"]);
    expect(await receive()).toEqual([]);
    // Hidden for longer, and then not at all.
    const hide = (VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout }),
      );
    await hide(600);
    expect(queue.depth).toEqual({ visible: 0, hidden: 1 });
    await hide(0);
    const [again] = await receive({ WaitTimeSeconds: 5 });
    expect([again?.MessageId, again?.Attributes?.["ApproximateReceiveCount"]]).toEqual([first?.MessageId, "2"]);
    // The first receipt is worth nothing any more.
    if (first !== undefined) await drop(first);
    expect(queue.bodies).toEqual(["häh?"]);
    if (again !== undefined) await drop(again);
    expect(queue.bodies).toEqual([]);
    expect(await errorOf(hide(5))).toMatchObject({ name: "InvalidParameterValue" });
  });

  it("waits for a message that comes later, also for one that is hidden", async () => {
    const { queue, receive } = await start();
    const waiting = receive({ WaitTimeSeconds: 20, VisibilityTimeout: 1 });
    setTimeout(() => queue.send("late"), 50);
    expect((await waiting).map(({ Body }) => Body)).toEqual(["late"]);
    expect((await receive({ WaitTimeSeconds: 20 })).map(({ Body }) => Body)).toEqual(["late"]);
  });

  it("moves what is received too often to the dead-letter queue", async () => {
    const { sqs, receive } = await start();
    const dead = sqs.createQueue("dead");
    const queue = sqs.createQueue("flow-logs", { redrive: { to: dead, maxReceiveCount: 2 } });
    queue.send("poison", "poison too");
    for (let time = 0; time < 2; time++) expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(2);
    expect(await receive()).toEqual([]);
    expect(dead.bodies).toEqual(["poison", "poison too"]);
  });

  it("doubles and reorders messages, if it is told to", async () => {
    const { queue, receive } = await start({ duplicates: 0.2, shuffled: true });
    const sent = Array.from({ length: 100 }, (_, number) => String(number));
    queue.send(...sent);
    const received: Message[] = [];
    for (let batch = await receive(); batch.length > 0; batch = await receive()) received.push(...batch);
    const bodies = received.map(({ Body = "" }) => Body);
    expect(bodies.length).toBeGreaterThan(105);
    expect(new Set(received.map(({ MessageId }) => MessageId)).size).toBe(100);
    expect([...new Set(bodies)]).not.toEqual(sent);
    expect([...new Set(bodies)].sort((a, b) => Number(a) - Number(b))).toEqual(sent);
  });
});

it("deletes in batches, each for itself", async () => {
  const { queue, client, QueueUrl, receive } = await start();
  queue.send("a", "b");
  const Entries = (await receive()).map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
  const send = (Entries: { Id: string; ReceiptHandle: string | undefined }[]) =>
    client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  const { Successful, Failed } = await send([...Entries, { Id: "x", ReceiptHandle: "nonsense" }]);
  expect(Successful?.map(({ Id }) => Id)).toEqual(["0", "1"]);
  expect(Failed).toMatchObject([{ Id: "x", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
  expect(queue.bodies).toEqual([]);
  expect((await errorOf(send([]))).name).toMatch(/EmptyBatchRequest/);
});

it("tells a queue's depth and where its dead letters go", async () => {
  const { sqs, queue: dead, client } = await start();
  const queue = sqs.createQueue("another", { redrive: { to: dead, maxReceiveCount: 3 } });
  queue.send("a", "b");
  queue.receive(1);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "another" }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: "1",
    ApproximateNumberOfMessagesNotVisible: "1",
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:eu-central-1:123456789012:flow-logs",
      maxReceiveCount: 3,
    }),
  });
});

it("refuses", async () => {
  const { sqs, client, QueueUrl, receive } = await start();
  const allow = sqs.deny({ action: "sqs:ReceiveMessage" });
  expect(await errorOf(receive())).toMatchObject({
    name: "AccessDenied",
    status: 403,
    message:
      "User: arn:aws:iam::123456789012:user/weir is not authorized to perform: sqs:ReceiveMessage on resource: arn:aws:sqs:eu-central-1:123456789012:flow-logs because no identity-based policy allows the sqs:ReceiveMessage action",
  });
  allow();
  expect((await errorOf(client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })))).name).toBe(
    "AccessDenied",
  );
  sqs.keys.revoke(testUser.accessKeyId);
  expect((await errorOf(receive())).name).toBe("InvalidClientTokenId");
  sqs.keys.add(testUser);
  sqs.deleteQueue("flow-logs");
  expect(await errorOf(receive())).toMatchObject({ name: "QueueDoesNotExist", status: 400 });
});

it("writes notifications as each service does", () => {
  const object = { bucket: "logs", key: "AWSLogs/aws-account-id=1/a b+ü*~.gz", size: 7, etag: "abc" };
  const event = JSON.parse(s3Event(object)) as { Records: [{ s3: { object: { key: string; size: number } } }] };
  expect(event.Records[0].s3.object).toMatchObject({ key: "AWSLogs/aws-account-id%3D1/a+b%2B%C3%BC*%7E.gz", size: 7 });
  expect(JSON.parse(snsEnvelope(s3Event(object)))).toMatchObject({
    Type: "Notification",
    Message: expect.stringContaining("Records"),
  });
  expect(JSON.parse(eventBridgeEvent(object))).toMatchObject({
    source: "aws.s3",
    detail: { object: { key: object.key, etag: "abc" } },
  });
  expect(JSON.parse(s3TestEvent("logs"))).toMatchObject({ Event: "s3:TestEvent", Bucket: "logs" });
});
