import type { RemoteObject } from "../remote.ts";
import { bareEtag } from "../s3/s3-objects.ts";

/** An object that a notification names. */
export interface NotifiedObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number | undefined;
  readonly etag: string | undefined;
  /** When it happened, milliseconds since 1970. */
  readonly timeMs: number;
}

/** What a message says. `nothing`: it is understood and names no new object, such as the message that tests a new setting. */
export type Notification =
  | { readonly kind: "objects"; readonly objects: readonly NotifiedObject[] }
  | { readonly kind: "nothing" }
  | { readonly kind: "malformed"; readonly reason: string };

const NOTHING: Notification = { kind: "nothing" };
/** SNS in SNS does not happen; a body that pretends so is not followed for ever. */
const MOST_WRAPPINGS = 3;

/**
 * Reads the body of a queue's message about new objects: S3's own events
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html), as they are or wrapped by SNS, and
 * EventBridge's (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). Events of other kinds than a new object's
 * are nothing.
 */
export function readNotification(body: string, wrappings = 0): Notification {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return malformed("it is no JSON");
  }
  const fields = fieldsOf(message);
  const inner = fields["Message"];
  if (typeof inner === "string" && typeof fields["Type"] === "string")
    return wrappings < MOST_WRAPPINGS ? readNotification(inner, wrappings + 1) : malformed("it is wrapped too often");
  if (fields["Event"] === "s3:TestEvent") return NOTHING;
  if (typeof fields["detail-type"] === "string") return fromEventBridge(fields);
  const records = fields["Records"];
  return Array.isArray(records) ? fromS3(records) : malformed("it is no notification of S3");
}

function fromS3(records: readonly unknown[]): Notification {
  const objects: NotifiedObject[] = [];
  for (const record of records) {
    const { eventVersion, eventName, eventTime, s3 } = fieldsOf(record);
    if (typeof eventName !== "string") return malformed("a record has no eventName");
    if (typeof eventVersion === "string" && !/^2(\.|$)/.test(eventVersion))
      return malformed(`eventVersion ${eventVersion.slice(0, 20)} is not known`);
    if (!/^(s3:)?ObjectCreated:/.test(eventName)) continue;
    const { bucket, object } = fieldsOf(s3);
    const name = fieldsOf(bucket)["name"];
    const { key, size, eTag } = fieldsOf(object);
    if (typeof name !== "string" || typeof key !== "string") return malformed("a record names no bucket and key");
    const decoded = decodeKey(key);
    if (decoded === undefined) return malformed("a key is not URL-encoded");
    objects.push(notified({ bucket: name, key: decoded, size, etag: eTag, time: eventTime }));
  }
  return objects.length === 0 ? NOTHING : { kind: "objects", objects };
}

function fromEventBridge(fields: Fields): Notification {
  if (fields["source"] !== "aws.s3") return malformed("it is an event of another service");
  if (fields["detail-type"] !== "Object Created") return NOTHING;
  const { bucket, object } = fieldsOf(fields["detail"]);
  const name = fieldsOf(bucket)["name"];
  const { key, size, etag } = fieldsOf(object);
  if (typeof name !== "string" || typeof key !== "string") return malformed("it names no bucket and key");
  return { kind: "objects", objects: [notified({ bucket: name, key, size, etag, time: fields["time"] })] };
}

interface RawObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: unknown;
  readonly etag: unknown;
  readonly time: unknown;
}

function notified({ bucket, key, size, etag, time }: RawObject): NotifiedObject {
  const timeMs = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return {
    bucket,
    key,
    size: typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
    etag: typeof etag === "string" && etag !== "" ? bareEtag(etag) : undefined,
    timeMs: Number.isNaN(timeMs) ? 0 : timeMs,
  };
}

/** S3 writes keys as forms do: `+` is a blank, and `=` of Hive folders comes as `%3D`. */
function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** The object as a listing would show it; undefined where the notification does not say enough. */
export function listedObject({ key, size, etag, timeMs }: NotifiedObject): RemoteObject | undefined {
  // Without an ETag its version would be told by the time of the event, which is not that of the object.
  if (size === undefined || etag === undefined) return undefined;
  return { key, size, etag, modifiedMicros: timeMs * 1000 };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function malformed(reason: string): Notification {
  return { kind: "malformed", reason };
}
