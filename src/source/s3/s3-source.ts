import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { WeirError } from "#base/errors.js";
import type { S3Client } from "@aws-sdk/client-s3";
import type {
  FetchedObject,
  FetchRequest,
  LookRequest,
  RemoteBatch,
  RemoteObject,
  RemoteSource,
  RequestCounts,
} from "../remote.ts";
import { readSecret, remotePlace, type RemoteSettings } from "../settings.ts";

/** Opens a bucket. */
export async function openS3(settings: RemoteSettings, env: Readonly<NodeJS.ProcessEnv>): Promise<RemoteSource> {
  // Said once at install is enough: what is installed is pinned, and works on Node.js 20.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const { S3Client } = await import("@aws-sdk/client-s3");
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(remotePlace(settings.url).uri) ?? [];
  const secret = settings.secret === undefined ? undefined : readSecret(settings.secret, env);
  const [accessKeyId = "", secretAccessKey = ""] = secret?.split(":") ?? [];
  const client = new S3Client({
    ...(settings.region !== undefined && { region: settings.region }),
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint, forcePathStyle: true }),
    ...(settings.profile !== undefined && { profile: settings.profile }),
    ...(secret !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  });
  return new S3Source(client, remotePlace(settings.url).uri, bucket, prefix);
}

/** Objects of a bucket. */
class S3Source implements RemoteSource {
  readonly kind = "s3";
  readonly uri: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #requests = { lists: 0, gets: 0, others: 0, bytes: 0, throttled: 0, retries: 0 };

  constructor(client: S3Client, uri: string, bucket: string, prefix: string) {
    this.#client = client;
    this.uri = uri;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  get requests(): RequestCounts {
    return this.#requests;
  }

  async *look({ signal }: LookRequest): AsyncIterable<RemoteBatch> {
    const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: this.#prefix });
    for await (const { Contents = [] } of pages) {
      this.#requests.lists++;
      signal.throwIfAborted();
      const objects = Contents.map(({ Key = "", Size = 0, LastModified, ETag }): RemoteObject => ({
        key: Key,
        size: Size,
        modifiedMicros: (LastModified?.getTime() ?? 0) * 1000,
        ...(ETag !== undefined && { etag: ETag }),
      }));
      yield { objects };
    }
  }

  async fetch({ object, path, signal }: FetchRequest): Promise<FetchedObject> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const { key, etag } = object;
    const answer = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...(etag !== undefined && { IfMatch: etag }) }),
      { abortSignal: signal },
    );
    this.#requests.gets++;
    await pipeline(answer.Body as Readable, createWriteStream(path), { signal });
    this.#requests.bytes += object.size;
    return { size: object.size, modifiedMicros: object.modifiedMicros, start: 0 };
  }

  async probe(): Promise<never> {
    throw new WeirError({
      code: "source-probe",
      kind: "internal",
      message: "buckets are not looked at yet",
      place: this.uri,
    });
  }

  close(): void {
    this.#client.destroy();
  }
}
