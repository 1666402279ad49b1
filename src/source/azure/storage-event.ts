/** A blob that Event Grid says was written, or why a message says nothing of the kind. */
export type StorageEvent =
  | {
      readonly kind: "written";
      readonly key: string;
      readonly size: number;
      /** Without quotes. */
      readonly etag: string;
      /** Orders events of one blob: see {@link isNewer}. */
      readonly sequencer: string;
      readonly timeMs: number;
    }
  /** Of this container, with nothing to read: a blob was deleted, say. */
  | { readonly kind: "other" }
  /** Of another container, account or prefix. */
  | { readonly kind: "foreign" }
  | { readonly kind: "unreadable" };

/** Whose events are wanted. */
export interface EventPlace {
  readonly account: string;
  readonly container: string;
  readonly prefix: string;
}

/**
 * Reads a message that Event Grid put into a storage queue: one event, in base64, in Event Grid's schema or as a CloudEvent 1.0
 * (https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage).
 */
export function readStorageEvent(text: string, place: EventPlace): StorageEvent {
  const event = parseEvent(text);
  if (event === undefined) return { kind: "unreadable" };
  const type = textOf(event["eventType"]) ?? textOf(event["type"]);
  const data = objectOf(event["data"]) ?? {};
  const named = blobOf(textOf(event["subject"]) ?? "", textOf(data["url"]) ?? textOf(data["blobUrl"]) ?? "");
  if (type === undefined || named === undefined) return { kind: "unreadable" };
  const owner = /\/storageAccounts\/([^/]+)/i.exec(textOf(event["topic"]) ?? textOf(event["source"]) ?? "")?.[1];
  const isForeign =
    named.container !== place.container ||
    !named.key.startsWith(place.prefix) ||
    (owner !== undefined && owner.toLowerCase() !== place.account);
  if (isForeign) return { kind: "foreign" };
  if (!/^Microsoft\.Storage\.(BlobCreated|BlobRenamed|BlobTierChanged)$/i.test(type)) return { kind: "other" };
  const size = Number(data["contentLength"] ?? 0);
  return {
    kind: "written",
    key: named.key,
    size: Number.isSafeInteger(size) && size >= 0 ? size : 0,
    etag: (textOf(data["eTag"]) ?? "").replaceAll('"', ""),
    sequencer: textOf(data["sequencer"]) ?? "",
    timeMs: Date.parse(textOf(event["eventTime"]) ?? textOf(event["time"]) ?? "") || 0,
  };
}

/** Whether one sequencer is later than another: texts of perhaps different lengths, compared from the right. */
export function isNewer(sequencer: string, than: string): boolean {
  const length = Math.max(sequencer.length, than.length);
  return sequencer.padStart(length, "0") > than.padStart(length, "0");
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseEvent(text: string): JsonObject | undefined {
  const plain = text.trim();
  const json = /^[{[]/.test(plain) ? plain : Buffer.from(plain, "base64").toString("utf8");
  try {
    const value: unknown = JSON.parse(json);
    // A queue's message holds one event; deliveries elsewhere are arrays.
    return objectOf(Array.isArray(value) && value.length === 1 ? value[0] : value);
  } catch {
    return undefined;
  }
}

/** The subject names the blob as it is; URLs of either endpoint (`blob`, `dfs`) have it encoded. */
function blobOf(subject: string, url: string): { container: string; key: string } | undefined {
  const [, container, key] = /^\/blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s.exec(subject) ?? [];
  if (container !== undefined && key !== undefined) return { container, key };
  if (!URL.canParse(url)) return undefined;
  const [, folder, rest] = /^\/([^/]+)\/(.+)$/s.exec(new URL(url).pathname) ?? [];
  try {
    return folder === undefined || rest === undefined
      ? undefined
      : { container: folder, key: decodeURIComponent(rest) };
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
