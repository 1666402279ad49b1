import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { WeirError } from "../src/base/errors.ts";
import type {
  BatchOutcome,
  FetchedObject,
  FetchRequest,
  LookRequest,
  RemoteBatch,
  RemoteObject,
  RemoteSource,
  SourceProbe,
} from "../src/source/index.ts";

/** A source whose objects are texts in memory, given in batches; it keeps what it was told of each batch. */
export class MemorySource implements RemoteSource {
  readonly kind = "s3";
  readonly uri: string;
  readonly requests = { lists: 0, gets: 0, others: 0, bytes: 0, throttled: 0, retries: 0 };
  readonly objects = new Map<string, string>();
  readonly outcomes: BatchOutcome[] = [];
  batchSize = 50;
  /** Whether a look shows what is there. */
  isListing = true;
  /** Whether offsets are marked: objects are read on, only what is new of them is fetched. */
  isGrowing = false;
  /** Called before an object is fetched. */
  onFetch: (key: string) => Promise<void> | void = () => undefined;
  onSettled: (keys: readonly string[]) => void = () => undefined;

  constructor(uri = "s3://memory/") {
    this.uri = uri;
  }

  async *look({ signal }: LookRequest): AsyncIterable<RemoteBatch> {
    const all = [...(this.isListing ? this.objects : [])].map(([key, text]): RemoteObject => ({
      key,
      ...versionOf(text),
    }));
    for (let from = 0; from < all.length; from += this.batchSize) {
      signal.throwIfAborted();
      const objects = all.slice(from, from + this.batchSize);
      yield {
        objects,
        settled: async (outcome) => {
          this.outcomes.push(outcome);
          this.onSettled(objects.map(({ key }) => key));
        },
      };
    }
  }

  async fetch({ object, path, from }: FetchRequest): Promise<FetchedObject> {
    await this.onFetch(object.key);
    const text = this.objects.get(object.key);
    if (text === undefined)
      throw new WeirError({ code: "deleted-at-source", kind: "input", message: "the object is gone" });
    const isSame = from !== undefined && from.mark === markOf(text, from.offset);
    const start = isSame && this.isGrowing ? from.offset : 0;
    writeFileSync(path, text.slice(start));
    this.requests.bytes += text.length - start;
    const { size, modifiedMicros } = versionOf(text);
    if (!this.isGrowing) return { size, modifiedMicros, start: 0 };
    const marks = [...text.matchAll(/\n/g)].map(({ index }) => ({
      offset: index + 1,
      mark: markOf(text, index + 1),
    }));
    return { size, modifiedMicros, start, marks };
  }

  async probe(): Promise<SourceProbe> {
    throw new Error("not asked for");
  }

  close(): void {
    // Nothing is open.
  }
}

function versionOf(text: string): { size: number; modifiedMicros: number; etag: string } {
  // Long ago: last lines count.
  return { size: text.length, modifiedMicros: 1_700_000_000_000_000, etag: markOf(text, text.length) };
}

function markOf(text: string, length: number): string {
  return createHash("md5").update(text.slice(0, length)).digest("hex");
}
