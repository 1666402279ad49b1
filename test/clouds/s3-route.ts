import type { Asked } from "./http-service.ts";

/** What S3 is asked for. `Write` stands for everything that would change something. */
export type S3Operation =
  | "ListBuckets"
  | "ListObjectsV2"
  | "HeadBucket"
  | "GetBucketLocation"
  | "GetBucketPolicy"
  | "GetBucketEncryption"
  | "GetObject"
  | "HeadObject"
  | "Write"
  | "Unknown";

/** A request to S3, taken apart. */
export interface S3Call {
  readonly operation: S3Operation;
  readonly bucket: string;
  /** Empty when it is about the bucket. */
  readonly key: string;
  /** Of a listing. */
  readonly prefix: string;
}

/** The permission that an operation needs. Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations". */
export const actionOf: Readonly<Record<S3Operation, string>> = {
  ListBuckets: "s3:ListAllMyBuckets",
  ListObjectsV2: "s3:ListBucket",
  HeadBucket: "s3:ListBucket",
  GetBucketLocation: "s3:GetBucketLocation",
  GetBucketPolicy: "s3:GetBucketPolicy",
  GetBucketEncryption: "s3:GetEncryptionConfiguration",
  GetObject: "s3:GetObject",
  HeadObject: "s3:GetObject",
  Write: "s3:PutObject",
  Unknown: "s3:*",
};

/** Sub-resources of a bucket that are answered. */
const aboutBuckets: Readonly<Record<string, S3Operation>> = {
  location: "GetBucketLocation",
  policy: "GetBucketPolicy",
  encryption: "GetBucketEncryption",
};
/** Sub-resources of objects and buckets that are not. */
const unanswered = [
  "acl",
  "tagging",
  "versions",
  "uploads",
  "attributes",
  "torrent",
  "retention",
  "legal-hold",
  "versionId",
];

/**
 * Finds what is asked: the bucket is the first part of the path, or of the host's name.
 * @param isBucket whether a name of a host begins with a bucket
 */
export function routeS3(asked: Asked, isBucket: (name: string) => boolean): S3Call {
  const host = asked.headers.host ?? "";
  // A bucket's name may have dots: the longest one that exists is meant.
  const labels = host.replace(/:\d+$/, "").split(".");
  const hosted = labels.map((_, at) => labels.slice(0, labels.length - at).join(".")).find(isBucket);
  const path = decodeURIComponent(asked.path).slice(1);
  const cut = path.indexOf("/");
  const [bucket, key] =
    hosted !== undefined ? [hosted, path] : cut < 0 ? [path, ""] : [path.slice(0, cut), path.slice(cut + 1)];
  return { operation: operationOf(asked, bucket, key), bucket, key, prefix: asked.query.get("prefix") ?? "" };
}

function operationOf({ method, query }: Asked, bucket: string, key: string): S3Operation {
  if (method !== "GET" && method !== "HEAD") return "Write";
  if (unanswered.some((name) => query.has(name))) return "Unknown";
  if (bucket === "") return method === "GET" ? "ListBuckets" : "Unknown";
  if (key !== "") return method === "GET" ? "GetObject" : "HeadObject";
  if (method === "HEAD") return "HeadBucket";
  const named = Object.entries(aboutBuckets).find(([name]) => query.has(name));
  if (named !== undefined) return named[1];
  return query.get("list-type") === "2" ? "ListObjectsV2" : "Unknown";
}
