import { randomUUID } from "node:crypto";

/** A new object, as notifications tell of it. */
export interface NotifiedObject {
  readonly bucket: string;
  readonly key: string;
  readonly size?: number;
  /** Without quotes. */
  readonly etag?: string;
  readonly versionId?: string;
  readonly region?: string;
  /** ISO 8601. */
  readonly time?: string;
  /** Hexadecimal: orders the events of one key. */
  readonly sequencer?: string;
  /** Such as ObjectCreated:Put, the default. */
  readonly event?: string;
}

const account = "123456789012";
const firstTime = "2026-03-01T12:05:00.000Z";

/**
 * The body of a message about objects. Keys are form-URL-encoded there.
 * Source: Amazon S3 User Guide, "Event message structure".
 */
export function s3Event(...objects: readonly NotifiedObject[]): string {
  const Records = objects.map(({ bucket, key, size = 1, etag = "0".repeat(32), ...more }) => ({
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: more.region ?? "eu-central-1",
    eventTime: more.time ?? firstTime,
    eventName: more.event ?? "ObjectCreated:Put",
    userIdentity: { principalId: "AWS:AIDAEXAMPLE" },
    requestParameters: { sourceIPAddress: "10.0.0.1" },
    responseElements: { "x-amz-request-id": randomUUID(), "x-amz-id-2": "x" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "flow-logs",
      bucket: { name: bucket, ownerIdentity: { principalId: "A3EXAMPLE" }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: formEncoded(key),
        size,
        eTag: etag,
        ...(more.versionId === undefined ? {} : { versionId: more.versionId }),
        sequencer: more.sequencer ?? "0055AED6DCD90281E5",
      },
    },
  }));
  return JSON.stringify({ Records });
}

/** What S3 sends once, when notifications are set up. Source: the same page. */
export function s3TestEvent(bucket: string): string {
  return JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: firstTime,
    Bucket: bucket,
    RequestId: "5582815E1AEA5ADF",
    HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
  });
}

/**
 * A body that came through a topic; with raw message delivery there is no such envelope.
 * Source: Amazon SNS Developer Guide, "Amazon SNS HTTP/HTTPS notification JSON format".
 */
export function snsEnvelope(message: string): string {
  return JSON.stringify({
    Type: "Notification",
    MessageId: randomUUID(),
    TopicArn: `arn:aws:sns:eu-central-1:${account}:flow-logs`,
    Subject: "Amazon S3 Notification",
    Message: message,
    Timestamp: firstTime,
    SignatureVersion: "1",
    Signature: "RVhBTVBMRQ==",
    SigningCertURL: "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem",
    UnsubscribeURL: "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
  });
}

/**
 * A body that came through a rule of EventBridge. Keys are not encoded there, and the tag's name is in lower case.
 * Source: Amazon S3 User Guide, "Using EventBridge", event message structure.
 */
export function eventBridgeEvent({ bucket, key, size = 1, etag = "0".repeat(32), ...more }: NotifiedObject): string {
  return JSON.stringify({
    version: "0",
    id: randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account,
    time: more.time ?? firstTime,
    region: more.region ?? "eu-central-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: {
        key,
        size,
        etag,
        ...(more.versionId === undefined ? {} : { "version-id": more.versionId }),
        sequencer: more.sequencer ?? "0055AED6DCD90281E5",
      },
      "request-id": randomUUID(),
      requester: account,
      "source-ip-address": "10.0.0.1",
      reason: "PutObject",
    },
  });
}

/** As java.net.URLEncoder does, with slashes as they are. */
function formEncoded(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replaceAll(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
