import { WeirError } from "#base/errors.js";
import type { AwsClientSettings } from "../aws/client-settings.ts";
import type { SourceProbe } from "../probe.ts";
import type {
  FetchedObject,
  FetchRequest,
  LookRequest,
  RemoteBatch,
  RemoteSource,
  RequestCounts,
  SourceMemory,
} from "../remote.ts";
import { BucketLook } from "./bucket-look.ts";
import { fetchObject } from "./fetch-object.ts";
import { flowLogKey } from "./flow-log-keys.ts";
import { nearestBucket } from "./nearby-prefixes.ts";
import { probeBucket } from "./probe-bucket.ts";
import type { QueueLook } from "./queue-look.ts";
import type { S3Objects } from "./s3-objects.ts";

/**
 * So many objects that may not be read, and none that ever was: it is the reader's rights and not the objects'. They are of so many
 * partitions, where there are: accounts of one bucket have keys of their own, and one that is missing holds no other account back.
 */
const DENIED_OBJECTS = 3;
const DENIED_PARTITIONS = 5;
const READ = "read";
/** With notifications, the bucket is listed this often. */
const RECONCILE_EVERY_MS = 3_600_000;
const RECONCILED = "queue:listed";

export interface S3SourceConfig {
  readonly kind: "s3" | "gcs";
  readonly uri: string;
  readonly prefix: string;
  readonly sinceMs: number;
  readonly objects: S3Objects;
  readonly made: AwsClientSettings;
  /** Where notifications of new objects come. */
  readonly queue: QueueLook | undefined;
  readonly now: () => number;
  readonly onClose: () => void;
}

/** Objects of a bucket. */
export class S3Source implements RemoteSource {
  readonly kind: "s3" | "gcs";
  readonly uri: string;
  readonly #config: S3SourceConfig;
  readonly #look: BucketLook;
  #memory: SourceMemory | undefined;
  #denied: string[] = [];

  constructor(config: S3SourceConfig) {
    const { kind, uri, objects, prefix, sinceMs, now } = config;
    this.kind = kind;
    this.uri = uri;
    this.#config = config;
    this.#look = new BucketLook({ lister: objects, prefix, sinceMs, now });
  }

  get requests(): RequestCounts {
    return this.#config.made.requests;
  }

  /** Whether objects of no known layout are taken, too. */
  get isPlain(): boolean {
    return this.#look.isPlain;
  }

  look(request: LookRequest): AsyncIterable<RemoteBatch> {
    const { queue } = this.#config;
    this.#memory = request.memory;
    this.#denied = [];
    return queue === undefined || request.window !== undefined
      ? this.#look.look(request)
      : this.#notified(queue, request);
  }

  /** By notifications; the bucket is listed now and then for what none has told, and each time while the queue cannot be read. */
  async *#notified(queue: QueueLook, request: LookRequest): AsyncGenerator<RemoteBatch, void, undefined> {
    const { memory } = request;
    const now = this.#config.now();
    const isDue =
      request.isByHand === true || Math.abs(now - Number(memory.get(RECONCILED) ?? 0)) >= RECONCILE_EVERY_MS;
    if (isDue) {
      yield* this.#look.look(request);
      if (this.#look.isComplete && !request.signal.aborted) memory.set(RECONCILED, String(now));
    }
    try {
      yield* queue.look(request);
    } catch (error) {
      if (!isDue && !request.signal.aborted) yield* this.#look.look(request);
      throw error;
    }
  }

  async fetch(request: FetchRequest): Promise<FetchedObject> {
    const { objects, made } = this.#config;
    try {
      const fetched = await fetchObject(
        {
          objects,
          onBytes: (bytes) => {
            made.requests.bytes += bytes;
          },
        },
        request,
      );
      this.#memory?.set(READ, "yes");
      return fetched;
    } catch (error) {
      throw this.#judged(error, request.object.key);
    }
  }

  async probe(signal: AbortSignal, sinceMs?: number): Promise<SourceProbe> {
    const { objects, prefix, now } = this.#config;
    const bucket = /^[a-z0-9]+:\/\/[^/]+\//.exec(this.uri)?.[0] ?? this.uri;
    try {
      return await probeBucket({ objects, bucket, prefix, now, sinceMs: sinceMs ?? this.#config.sinceMs }, signal);
    } catch (error) {
      throw await nearestBucket(objects, bucket, { error, signal });
    }
  }

  close(): void {
    this.#config.onClose();
    this.#config.made.close();
  }

  /** An object that may not be read is told as one that failed; where none may, asking for thousands more is of no use. */
  #judged(error: unknown, objectKey: string): unknown {
    if (!(error instanceof WeirError) || this.#memory === undefined || this.#memory.get(READ) !== undefined)
      return error;
    if (error.code !== "object-denied" && error.code !== "kms-denied") return error;
    const { account, region } = flowLogKey(objectKey) ?? {};
    this.#denied.push(`${account} ${region}`);
    if (this.#denied.length < DENIED_OBJECTS) return error;
    if (new Set(this.#denied).size < Math.min(this.#look.partitions ?? DENIED_PARTITIONS, DENIED_PARTITIONS))
      return error;
    const { kind, message, place, next } = error;
    return new WeirError({
      code: "source-denied",
      kind,
      message: `not one object may be read: ${message}`,
      ...(place !== undefined && { place }),
      ...(next !== undefined && { next }),
    });
  }
}
