import { gzipSync } from "node:zlib";
import { awsObjectKey, SLOT_SECONDS } from "../src/demo/aws-keys.ts";
import { Random } from "../src/demo/random.ts";
import { flowLines } from "./aws-lines.ts";
import type { FakeS3 } from "./clouds/fake-s3.ts";
import type { Bucket } from "./clouds/s3-buckets.ts";

/** Flow logs that share a bucket. */
const flowLogs = ["111111111111", "222222222222"].flatMap((account) =>
  ["eu-central-1", "us-east-1"].map((region, at) => ({
    account,
    region,
    id: `fl-0${at}${account.slice(0, 8)}`,
    bucket: "logs",
    hive: false,
  })),
);

/**
 * A bucket of flow logs that fills while it is read: thousands of small objects, some large ones, one archived, lines that
 * are no records, other services' logs beside them; and objects that change or go away just before they are fetched.
 */
export class SoakBucket {
  readonly bucket: Bucket;
  readonly #random: Random;
  /** Keys that nobody has asked for yet, and what becomes of them when somebody does. */
  readonly #surprises = new Map<string, "changes" | "goes">();
  #objects = 0;
  #lines = 0;

  constructor(s3: FakeS3, seed: number) {
    this.bucket = s3.createBucket("logs");
    this.#random = new Random("soak", seed);
    this.bucket.put("AWSLogs/111111111111/CloudTrail/eu-central-1/2026/03/03/x.json.gz", "{}");
    s3.before = ({ operation, key }) => {
      if (operation === "GetObject") this.#surprise(key);
      return undefined;
    };
  }

  /** How many objects were put. */
  get objects(): number {
    return this.#objects;
  }

  /** Puts objects as they would have come in a stretch of time before now. */
  fill(count: number, nowMs: number, forMs: number): void {
    for (let number = 0; number < count; number++) {
      const atSeconds = (nowMs - this.#random.below(forMs)) / 1000;
      this.#put(Math.floor(atSeconds / SLOT_SECONDS) * SLOT_SECONDS);
    }
  }

  #put(slotSeconds: number): void {
    const number = this.#objects++;
    const key = awsObjectKey(this.#random.pick(flowLogs), slotSeconds, number.toString(16).padStart(8, "0"));
    const path = key.slice("s3/logs/".length);
    const modifiedMs = (slotSeconds + SLOT_SECONDS) * 1000;
    if (number % 300 === 7) this.bucket.put(path, "x", { modifiedMs, storageClass: "DEEP_ARCHIVE" });
    else this.bucket.put(path, this.#content(), { modifiedMs });
    if (number % 40 === 11) this.#surprises.set(path, "changes");
    if (number % 120 === 31) this.#surprises.set(path, "goes");
  }

  /** Lines that no other object has. */
  #content(): Buffer {
    const from = this.#lines;
    this.#lines += this.#random.chance(0.02) ? 800 : this.#random.between(1, 8);
    const wrong = this.#random.chance(0.02) ? "2 not a record at all\n" : "";
    return gzipSync(flowLines(from, this.#lines) + wrong, { level: 1 });
  }

  #surprise(key: string): void {
    const surprise = this.#surprises.get(key);
    this.#surprises.delete(key);
    if (surprise === "goes") this.bucket.delete(key);
    else if (surprise === "changes") this.bucket.put(key, this.#content());
  }
}
