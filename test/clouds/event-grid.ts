import { randomUUID } from "node:crypto";

/** A committed blob, as events tell of it. */
export interface BlobEvent {
  readonly account?: string;
  readonly container: string;
  readonly blob: string;
  /** Bytes, after this commit. */
  readonly contentLength: number;
  /** With or without inner quotes: both are seen. */
  readonly etag: string;
  /** Orders the events of one blob. */
  readonly sequencer?: string;
  /** Where the blob is; Azure's own address, when it is not said. */
  readonly url?: string;
  /** ISO 8601. */
  readonly time?: string;
  /** Such as PutBlob; PutBlockList is what the writer of flow logs does. */
  readonly api?: string;
}

/** Event Grid's own schema, or CloudEvents 1.0. */
export type EventSchema = "event-grid" | "cloud-events";

/**
 * An event about a blob, one object.
 * Source: Azure Event Grid documentation, "Azure Blob Storage as an Event Grid source".
 */
export function blobCreated(event: BlobEvent, schema: EventSchema = "event-grid"): object {
  const { account = "devstoreaccount1", container, blob, etag, contentLength } = event;
  const topic = `/subscriptions/0a1b2c3d-0000-4000-8000-00000000abcd/resourceGroups/apps/providers/Microsoft.Storage/storageAccounts/${account}`;
  const subject = `/blobServices/default/containers/${container}/blobs/${blob}`;
  const type = "Microsoft.Storage.BlobCreated";
  const time = event.time ?? "2026-03-01T10:01:31.1234567Z";
  const id = randomUUID();
  const data = {
    api: event.api ?? "PutBlockList",
    clientRequestId: randomUUID(),
    requestId: randomUUID(),
    eTag: etag,
    contentType: "application/octet-stream",
    contentLength,
    blobType: "BlockBlob",
    url: event.url ?? `https://${account}.blob.core.windows.net/${container}/${blob}`,
    sequencer: event.sequencer ?? "00000000000004420000000000028963",
    storageDiagnostics: { batchId: randomUUID() },
  };
  return schema === "cloud-events"
    ? { specversion: "1.0", source: topic, subject, type, time, id, data }
    : { topic, subject, eventType: type, eventTime: time, id, data, dataVersion: "", metadataVersion: "1" };
}

/** The text of a message in a Storage Queue: base64 of one event. Source: "Storage queue as an event handler". */
export function queueMessage(event: object): string {
  return Buffer.from(JSON.stringify(event)).toString("base64");
}
