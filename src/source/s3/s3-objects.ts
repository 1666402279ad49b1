import type { Readable } from "node:stream";
import type {
  GetObjectCommandOutput,
  HeadObjectCommandOutput,
  ListObjectsV2CommandOutput,
  S3Client,
} from "@aws-sdk/client-s3";
import type * as S3 from "@aws-sdk/client-s3";
import { WeirError } from "#base/errors.js";
import { isThrottling } from "../aws/request-counter.ts";
import { explainAwsError, rightRegion } from "../aws/explain-aws-error.ts";
import { RequestPace } from "../request-pace.ts";
import type { RemoteObject } from "../remote.ts";
import { readContentsOf, type ListedObject } from "./listing-contents.ts";
import type { ListPage, ListRequest, ObjectLister } from "./object-lister.ts";

const REQUESTS_AT_ONCE = 32;

/** What of an object is asked for. */
export interface GetRequest {
  readonly key: string;
  readonly etag: string | undefined;
  /** Only these bytes, the last one too. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** An object as it is now. */
export interface ObjectFacts {
  readonly size: number;
  readonly modifiedMicros: number;
  readonly etag: string | undefined;
  /** ARN of the KMS key that it is encrypted with. */
  readonly encryptionKey: string | undefined;
}

export interface S3ObjectsConfig {
  readonly client: S3Client;
  /** Has the client ask in another region from now on; false when one was set, and is wrong. */
  readonly moveTo?: (region: string) => boolean;
  readonly bucket: string;
  readonly requestPayer: boolean;
  /** Google Cloud Storage, which speaks the protocol without AWS's later additions. */
  readonly isGoogle?: boolean;
}

/** The three requests that reading a bucket takes. Retries of a request are the client's; those of a body are not. */
export class S3Objects implements ObjectLister {
  readonly #config: S3ObjectsConfig;
  readonly #pace = new RequestPace(REQUESTS_AT_ONCE);
  #commands: Promise<typeof S3> | undefined;
  #canCut = true;

  constructor(config: S3ObjectsConfig) {
    this.#config = config;
  }

  /** @throws WeirError `source-…` */
  async list(request: ListRequest, signal: AbortSignal): Promise<ListPage> {
    const { limit, ...whole } = request;
    if (limit === undefined || !this.#canCut) return this.#list(whole, signal);
    try {
      return await this.#list(request, signal);
    } catch (error) {
      if (!(error instanceof WeirError) || !/ answers 500 /.test(error.message)) throw error;
      // Some servers (s3rver on newer Node.js) break over a page that is not all.
      const page = await this.#list(whole, signal);
      this.#canCut = false;
      return page;
    }
  }

  async #list({ prefix, after, token, foldersOnly, limit }: ListRequest, signal: AbortSignal): Promise<ListPage> {
    const { client } = this.#config;
    const { ListObjectsV2Command } = await this.#load();
    const command = new ListObjectsV2Command({
      ...this.#common(),
      Prefix: prefix,
      // Keys may hold what XML cannot.
      EncodingType: "url",
      ...(this.#config.isGoogle !== true && { OptionalObjectAttributes: ["RestoreStatus"] as const }),
      ...(after !== undefined && { StartAfter: after }),
      ...(token !== undefined && { ContinuationToken: token }),
      ...(foldersOnly === true && { Delimiter: "/" }),
      ...(limit !== undefined && { MaxKeys: limit }),
    });
    const contents = readContentsOf(command);
    const answer = await this.#send(() => client.send(command, { abortSignal: signal }), this.#place("list", prefix));
    return pageOf(answer, contents() ?? answer.Contents);
  }

  /** @throws WeirError, `object-changed` when its ETag is another one */
  async get({ key, etag, range }: GetRequest, signal: AbortSignal): Promise<GetObjectCommandOutput> {
    const { client } = this.#config;
    const { GetObjectCommand } = await this.#load();
    const command = new GetObjectCommand({
      ...this.#common(),
      Key: key,
      ...(etag !== undefined && { IfMatch: `"${etag}"` }),
      ...(range !== undefined && { Range: `bytes=${range.from}-${range.to}` }),
    });
    return this.#send(() => client.send(command, { abortSignal: signal }), this.#place("get", key));
  }

  /** @throws WeirError */
  async head(key: string, signal: AbortSignal): Promise<ObjectFacts> {
    const { client } = this.#config;
    const { HeadObjectCommand } = await this.#load();
    const command = new HeadObjectCommand({ ...this.#common(), Key: key });
    const answer = await this.#send<HeadObjectCommandOutput>(
      () => client.send(command, { abortSignal: signal }),
      this.#place("get", key),
    );
    return {
      size: answer.ContentLength ?? 0,
      modifiedMicros: (answer.LastModified?.getTime() ?? 0) * 1000,
      etag: bareEtag(answer.ETag),
      encryptionKey: answer.SSEKMSKeyId,
    };
  }

  /** The bucket's region; null where the answer does not tell it. */
  async region(signal: AbortSignal): Promise<string | null> {
    const { client } = this.#config;
    const { HeadBucketCommand } = await this.#load();
    const ask = client.send(new HeadBucketCommand({ Bucket: this.#config.bucket }), { abortSignal: signal });
    // Worth knowing, and nothing to fail for.
    return ask.then(({ BucketRegion }) => BucketRegion ?? null).catch(() => null);
  }

  /** Buckets of the caller's account: one page of them. @throws WeirError `source-…` */
  async buckets(signal: AbortSignal): Promise<string[]> {
    const { client } = this.#config;
    const { ListBucketsCommand } = await this.#load();
    const { Buckets = [] } = await this.#send(() => client.send(new ListBucketsCommand({}), { abortSignal: signal }), {
      action: "s3:ListAllMyBuckets",
      resource: "s3://",
      scope: "source",
    });
    return Buckets.flatMap(({ Name }) => Name ?? []);
  }

  async #send<T extends { readonly $metadata: { readonly attempts?: number } }>(
    ask: () => Promise<T>,
    place: Parameters<typeof explainAwsError>[1],
  ): Promise<T> {
    try {
      return await this.#pace.run(ask, (answer, error) => (answer?.$metadata.attempts ?? 1) > 1 || isThrottling(error));
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") throw error;
      const explained = explainAwsError(error, place);
      const region = explained.code === "source-region" ? rightRegion(error) : undefined;
      // Some answers to the wrong region the client does not follow by itself.
      if (region !== undefined && this.#config.moveTo?.(region) === true) return this.#send(ask, place);
      throw explained;
    }
  }

  #common(): { Bucket: string; RequestPayer?: "requester" } {
    const { bucket, requestPayer } = this.#config;
    return { Bucket: bucket, ...(requestPayer && { RequestPayer: "requester" as const }) };
  }

  #place(what: "list" | "get", key: string): Parameters<typeof explainAwsError>[1] {
    const { bucket, isGoogle } = this.#config;
    const scope = what === "list" ? "source" : "object";
    return isGoogle === true
      ? { action: `storage.objects.${what}`, resource: `gs://${bucket}/${key}`, scope, cloud: "Google" }
      : { action: what === "list" ? "s3:ListBucket" : "s3:GetObject", resource: `s3://${bucket}/${key}`, scope };
  }

  async #load(): Promise<typeof S3> {
    return (this.#commands ??= import("@aws-sdk/client-s3"));
  }
}

/** The body of an answer as the stream that it is in Node.js. */
export function bodyOf(answer: GetObjectCommandOutput): Readable {
  if (answer.Body === undefined) throw new Error("the answer has no body");
  return answer.Body as Readable;
}

/** Listings and answers write an ETag in quotes, notifications do not; a proxy on the way may mark it as weak. */
export function bareEtag(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, "").replaceAll('"', "");
}

function pageOf(answer: ListObjectsV2CommandOutput, contents: readonly ListedObject[] = []): ListPage {
  const decode = answer.EncodingType === "url" ? decoded : (key: string): string => key;
  const token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
  return {
    objects: contents.map((object) => remoteObject(object, decode)),
    folders: (answer.CommonPrefixes ?? []).map(({ Prefix = "" }) => decode(Prefix)),
    ...(token !== undefined && { token }),
  };
}

function decoded(key: string): string {
  try {
    return key.includes("%") || key.includes("+") ? decodeURIComponent(key.replaceAll("+", " ")) : key;
  } catch {
    return key;
  }
}

const ARCHIVES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

function remoteObject(
  { Key = "", Size = 0, LastModified, ETag, StorageClass, RestoreStatus }: ListedObject,
  decode: (key: string) => string,
): RemoteObject {
  const etag = bareEtag(ETag);
  const isRestored = RestoreStatus?.RestoreExpiryDate !== undefined;
  return {
    key: decode(Key),
    size: Size,
    modifiedMicros: (LastModified?.getTime() ?? 0) * 1000,
    ...(etag !== undefined && { etag }),
    ...(isRestored && { isRestored }),
    ...(ARCHIVES.has(StorageClass ?? "") &&
      !isRestored && { unavailable: { code: "archived", message: `the object is archived (${StorageClass})` } }),
  };
}
