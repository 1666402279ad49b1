import { crc32 } from "node:zlib";
import type { Asked, Told } from "./http-service.ts";
import type { Bucket, StoredObject } from "./s3-buckets.ts";
import { invalidObjectState, s3Faults, type S3Fault } from "./s3-faults.ts";

/**
 * GetObject and HeadObject of an object that exists and may be read: ranges, conditions, archive classes, and the
 * checksum that clients ask for.
 * Source: Amazon S3 API Reference, GetObject.
 */
export function tellObject(asked: Asked, bucket: Bucket, object: StoredObject): Told | S3Fault {
  const archived = object.storageClass === "GLACIER" || object.storageClass === "DEEP_ARCHIVE";
  if (archived && asked.method === "GET") return invalidObjectState(object.storageClass);
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = asked.headers;
  if (ifMatch !== undefined && !sameTag(ifMatch, object.etag)) return s3Faults.preconditionFailed;
  const facts = factsOf(bucket, object);
  if (ifNoneMatch !== undefined && sameTag(ifNoneMatch, object.etag)) return { status: 304, headers: facts };
  const range = rangeOf(asked.headers.range, object.size);
  if (range === "beyond") return s3Faults.invalidRange;
  const [start, end] = range ?? [0, object.size];
  const body = end > start ? object.read(start, end) : Buffer.alloc(0);
  const part: Record<string, string> =
    range === undefined ? {} : { "content-range": `bytes ${start}-${end - 1}/${object.size}` };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...facts,
      ...part,
      ...checksum(asked, range === undefined ? body : undefined),
      "content-length": end - start,
    },
    ...(asked.method === "GET" ? { body } : {}),
  };
}

function factsOf({ facts: { kmsKeyArn } }: Bucket, object: StoredObject): Record<string, string> {
  return {
    etag: object.etag,
    "last-modified": new Date(object.modifiedMs).toUTCString(),
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    ...(object.storageClass === "STANDARD" ? {} : { "x-amz-storage-class": object.storageClass }),
    ...(kmsKeyArn === undefined
      ? { "x-amz-server-side-encryption": "AES256" }
      : { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": kmsKeyArn }),
  };
}

/** The checksum of a whole object; a range has none. */
function checksum(asked: Asked, body: Told["body"]): Record<string, string> {
  if (asked.headers["x-amz-checksum-mode"] !== "ENABLED" || !(body instanceof Uint8Array)) return {};
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return { "x-amz-checksum-crc32": bytes.toString("base64"), "x-amz-checksum-type": "FULL_OBJECT" };
}

function sameTag(wanted: string, etag: string): boolean {
  return wanted === "*" || wanted.replaceAll('"', "") === etag.replaceAll('"', "");
}

/** The first byte and the one after the last; undefined for the whole, also where the header is not understood. */
function rangeOf(header: string | undefined, size: number): readonly [number, number] | "beyond" | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (parts === null || (parts[1] === "" && parts[2] === "")) return undefined;
  const [, first = "", last = ""] = parts;
  if (first === "") return last === "0" || size === 0 ? "beyond" : [Math.max(0, size - Number(last)), size];
  const start = Number(first);
  if (start >= size) return "beyond";
  return [start, last === "" ? size : Math.min(size, Number(last) + 1)];
}
