import { encode } from "./aws-signature.ts";
import type { Bucket } from "./s3-buckets.ts";
import { xmlDocument, type XmlValue } from "./xml.ts";

/** Most keys and prefixes that one page may have. */
const MAX_KEYS = 1000;

/**
 * One page of a bucket's objects as XML.
 * Source: Amazon S3 API Reference, ListObjectsV2.
 */
export function listingXml(bucket: Bucket, query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const startAfter = query.get("start-after") ?? "";
  const token = query.get("continuation-token");
  const maxKeys = Math.min(MAX_KEYS, Number(query.get("max-keys") ?? MAX_KEYS));
  const after = token === null ? startAfter : Buffer.from(token, "base64url").toString();
  const page = pageOf(bucket, { prefix, delimiter, after, maxKeys });
  const written = query.get("encoding-type") === "url" ? encodeKey : (key: string): string => key;
  return xmlDocument("ListBucketResult", "http://s3.amazonaws.com/doc/2006-03-01/", {
    Name: bucket.name,
    Prefix: written(prefix),
    Delimiter: delimiter === "" ? undefined : written(delimiter),
    StartAfter: startAfter === "" ? undefined : written(startAfter),
    ContinuationToken: token ?? undefined,
    NextContinuationToken: page.last === undefined ? undefined : Buffer.from(page.last).toString("base64url"),
    KeyCount: page.keys.length + page.prefixes.length,
    MaxKeys: maxKeys,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: page.last !== undefined,
    Contents: page.keys.map((key) => contents(bucket, key, written(key))),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: written(prefix) })),
  });
}

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last key or prefix, if more follow. */
  readonly last: string | undefined;
}

interface Wanted {
  readonly prefix: string;
  readonly delimiter: string;
  /** A key, or a common prefix of which nothing is to come again. */
  readonly after: string;
  readonly maxKeys: number;
}

function pageOf(bucket: Bucket, { prefix, delimiter, after, maxKeys }: Wanted): Page {
  const keys: string[] = [];
  const prefixes: string[] = [];
  const behind = delimiter !== "" && after !== "" && after.endsWith(delimiter) && after.startsWith(prefix);
  let index = Math.max(
    bucket.keys.firstFrom(prefix),
    behind ? bucket.keys.firstBehind(after) : after === "" ? 0 : bucket.keys.firstAfter(after),
  );
  let last = "";
  for (;;) {
    const key = bucket.keys.at(index);
    if (key === undefined || !key.startsWith(prefix)) return { keys, prefixes, last: undefined };
    if (keys.length + prefixes.length >= maxKeys) return { keys, prefixes, last: maxKeys === 0 ? undefined : last };
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      keys.push(key);
      last = key;
      index++;
    } else {
      last = key.slice(0, cut + delimiter.length);
      prefixes.push(last);
      index = bucket.keys.firstBehind(last);
    }
  }
}

function contents(bucket: Bucket, key: string, written: string): XmlValue {
  const object = bucket.find(key);
  if (object === undefined) return undefined;
  return {
    Key: written,
    LastModified: new Date(object.modifiedMs).toISOString(),
    ETag: object.etag,
    Size: object.size,
    StorageClass: object.storageClass,
  };
}

/** As S3 encodes keys for encoding-type=url: slashes stay. */
function encodeKey(key: string): string {
  return encode(key).replaceAll("%2F", "/");
}
