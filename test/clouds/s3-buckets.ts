import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { SortedKeys } from "./s3-keys.ts";

/** What a bucket is, apart from what lies in it. */
export interface BucketFacts {
  readonly region: string;
  /** Who asks has to say that he pays. */
  readonly requesterPays?: boolean;
  /** Objects are encrypted with this key of KMS. */
  readonly kmsKeyArn?: string;
  /** A bucket policy's JSON. */
  readonly policy?: string;
}

export type StorageClass = "STANDARD" | "STANDARD_IA" | "GLACIER_IR" | "GLACIER" | "DEEP_ARCHIVE";

export interface ObjectFacts {
  /** Milliseconds since 1970; now, when it is not said. */
  readonly modifiedMs?: number;
  readonly storageClass?: StorageClass;
}

/** Bytes in memory, or those of a file, which are read when they are asked for. */
export type ObjectBody = Uint8Array | string | { readonly path: string };

/** An object as it lies in a bucket. */
export interface StoredObject {
  /** In quotes. */
  readonly etag: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly storageClass: StorageClass;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Uint8Array | AsyncIterable<Uint8Array>;
}

/** A bucket: its objects by key, and their keys in order. */
export class Bucket {
  readonly name: string;
  readonly facts: BucketFacts;
  readonly keys = new SortedKeys();
  readonly #objects = new Map<string, StoredObject>();

  constructor(name: string, facts: BucketFacts) {
    this.name = name;
    this.facts = facts;
  }

  put(key: string, body: ObjectBody, facts: ObjectFacts = {}): StoredObject {
    const stored = store(body, facts);
    if (!this.#objects.has(key)) this.keys.add(key);
    this.#objects.set(key, stored);
    return stored;
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.keys.delete(key);
  }

  find(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** How many objects there are. */
  get size(): number {
    return this.#objects.size;
  }
}

function store(body: ObjectBody, { modifiedMs = Date.now(), storageClass = "STANDARD" }: ObjectFacts): StoredObject {
  // LastModified is whole seconds.
  const facts = { modifiedMs: Math.floor(modifiedMs / 1000) * 1000, storageClass };
  if (typeof body === "object" && "path" in body) {
    const { path } = body;
    const { size, mtimeMs } = statSync(path);
    // Like one of many parts: such a tag is no hash of the bytes.
    const etag = `"${createHash("md5").update(`${path} ${size} ${mtimeMs}`).digest("hex")}-1"`;
    return { ...facts, etag, size, read: (start, end) => createReadStream(path, { start, end: end - 1 }) };
  }
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
  return { ...facts, etag, size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}
