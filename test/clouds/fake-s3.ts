import { AwsKeys, type AwsIdentity } from "./aws-keys.ts";
import { checkSignature } from "./aws-signature.ts";
import { pause, serveHttp, sizeOf, type Asked, type HttpService, type Told } from "./http-service.ts";
import { RequestLog } from "./request-log.ts";
import { Bucket, type BucketFacts } from "./s3-buckets.ts";
import {
  accessDenied,
  permanentRedirect,
  s3Faults,
  signatureFault,
  tellFault,
  wrongScope,
  type DenialReason,
  type S3Fault,
} from "./s3-faults.ts";
import { listingXml } from "./s3-listing.ts";
import { tellObject } from "./s3-objects.ts";
import { actionOf, routeS3, type S3Call, type S3Operation } from "./s3-route.ts";
import { xmlDocument } from "./xml.ts";

/** Something that a requester may not do. */
export interface Denial {
  /** Such as s3:ListBucket, or kms:Decrypt for the objects of a bucket that is encrypted. */
  readonly action: string;
  readonly bucket: string;
  /** Which keys or prefixes, all when it is not said. */
  readonly where?: (keyOrPrefix: string) => boolean;
  readonly why?: DenialReason | "silent";
}

export interface FakeS3Options {
  /** Shared with a fake STS, so that credentials issued there are known here. */
  readonly keys?: AwsKeys;
  /** Before each answer, by operation. */
  readonly latencyMs?: Partial<Record<S3Operation, number>>;
  /** The server's clock, milliseconds since 1970. */
  readonly now?: () => number;
  /** What a request signed for another region is told: to go elsewhere, or that its signature is wrong. */
  readonly wrongRegion?: "redirect" | "malformed";
}

/**
 * S3 over HTTP for reading: listing, objects with ranges and conditions, buckets' regions, and the errors that a reader
 * meets. Signatures are verified. Nothing can be written by a request: attempts are refused and logged as `Write`.
 * Source: Amazon S3 API Reference, "Actions" and "Error responses".
 */
export class FakeS3 implements HttpService {
  readonly log = new RequestLog();
  readonly keys: AwsKeys;
  /** Asked before each answer; what it returns is told instead. Also the place to change a bucket between two calls. */
  before: ((call: S3Call) => S3Fault | undefined) | undefined;
  readonly #options: FakeS3Options;
  readonly #buckets = new Map<string, Bucket>();
  readonly #denials = new Set<Denial>();
  #service: HttpService | undefined;

  private constructor(options: FakeS3Options) {
    this.#options = options;
    this.keys = options.keys ?? new AwsKeys();
  }

  static async start(options: FakeS3Options = {}): Promise<FakeS3> {
    const s3 = new FakeS3(options);
    s3.#service = await serveHttp((asked) => s3.#answer(asked));
    return s3;
  }

  get url(): string {
    return this.#service?.url ?? "";
  }

  async close(): Promise<void> {
    await this.#service?.close();
  }

  /** Makes an empty bucket. */
  createBucket(name: string, facts: Partial<BucketFacts> = {}): Bucket {
    const bucket = new Bucket(name, { region: "eu-central-1", ...facts });
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** Denies from now on. @returns what allows it again */
  deny(denial: Denial): () => void {
    this.#denials.add(denial);
    return () => this.#denials.delete(denial);
  }

  async #answer(asked: Asked): Promise<Told> {
    const call = routeS3(asked, (name) => this.#buckets.has(name));
    await pause(this.#options.latencyMs?.[call.operation] ?? 0);
    const nowMs = this.#options.now?.() ?? Date.now();
    const injected = this.before?.(call);
    const signature = checkSignature(asked, this.keys, nowMs);
    const identity = "identity" in signature ? signature.identity : undefined;
    const result =
      injected ??
      ("fault" in signature
        ? signatureFault(signature.fault, signature.requestMs, nowMs)
        : this.#allowed(asked, call, signature.identity, signature.region));
    const requestId = String(this.log.calls.length + 1).padStart(16, "0");
    const told = "code" in result ? tellFault(result, `/${call.bucket}/${call.key}`, requestId) : result;
    this.log.add({
      operation: call.operation,
      subject: `${call.bucket}/${call.operation === "ListObjectsV2" ? call.prefix : call.key}`,
      status: told.status,
      bytes: asked.method === "HEAD" ? 0 : sizeOf(told),
      ...(identity === undefined ? {} : { arn: identity.arn }),
      ...("code" in result ? { code: result.code } : {}),
    });
    return {
      ...told,
      headers: { date: new Date(nowMs).toUTCString(), "x-amz-request-id": requestId, ...told.headers },
    };
  }

  #allowed(asked: Asked, call: S3Call, identity: AwsIdentity, region: string): Told | S3Fault {
    if (call.operation === "ListBuckets") return this.#refused(call, identity) ?? this.#tellBuckets();
    const bucket = this.#buckets.get(call.bucket);
    if (bucket === undefined) return s3Faults.noSuchBucket;
    // Where a bucket lies can be asked from anywhere.
    if (bucket.facts.region !== region && call.operation !== "GetBucketLocation")
      return this.#options.wrongRegion === "redirect"
        ? permanentRedirect(bucket.name, bucket.facts.region)
        : wrongScope(region, bucket.facts.region);
    const refused = this.#refused(call, identity);
    if (refused !== undefined) return refused;
    if (bucket.facts.requesterPays === true && asked.headers["x-amz-request-payer"] !== "requester")
      return s3Faults.anonymous;
    return this.#perform(asked, call, bucket, identity);
  }

  #refused({ operation, bucket, key, prefix }: S3Call, identity: AwsIdentity): S3Fault | undefined {
    const resource = `arn:aws:s3:::${operation === "ListBuckets" ? "*" : key === "" ? bucket : `${bucket}/${key}`}`;
    return this.#denied(actionOf[operation], bucket, key === "" ? prefix : key, { identity, resource });
  }

  #denied(
    action: string,
    bucket: string,
    keyOrPrefix: string,
    { identity, resource }: { identity: AwsIdentity; resource: string },
  ): S3Fault | undefined {
    for (const denial of this.#denials)
      if (denial.action === action && denial.bucket === bucket && denial.where?.(keyOrPrefix) !== false)
        return accessDenied(action, resource, identity, denial.why ?? "identity");
    return undefined;
  }

  #perform(asked: Asked, call: S3Call, bucket: Bucket, identity: AwsIdentity): Told | S3Fault {
    const { region, policy, kmsKeyArn } = bucket.facts;
    switch (call.operation) {
      case "Write":
        return s3Faults.readOnly;
      case "Unknown":
      case "ListBuckets":
        return s3Faults.notImplemented;
      case "ListObjectsV2":
        return tellXml(listingXml(bucket, asked.query));
      case "HeadBucket":
        return { status: 200, headers: { "x-amz-bucket-region": region } };
      case "GetBucketLocation":
        return tellXml(locationXml(region));
      case "GetBucketPolicy":
        return policy === undefined
          ? s3Faults.noSuchPolicy
          : { status: 200, headers: { "content-type": "application/json" }, body: policy };
      case "GetBucketEncryption":
        return tellXml(encryptionXml(kmsKeyArn));
      case "GetObject":
      case "HeadObject":
        return this.#readObject(asked, call, bucket, identity);
    }
  }

  #readObject(asked: Asked, { key }: S3Call, bucket: Bucket, identity: AwsIdentity): Told | S3Fault {
    const object = bucket.find(key);
    if (object === undefined) {
      // Who may not list must not learn whether a key exists.
      const resource = `arn:aws:s3:::${bucket.name}`;
      return this.#denied("s3:ListBucket", bucket.name, key, { identity, resource }) ?? s3Faults.noSuchKey;
    }
    const { kmsKeyArn } = bucket.facts;
    const encrypted =
      kmsKeyArn !== undefined && asked.method === "GET"
        ? this.#denied("kms:Decrypt", bucket.name, key, { identity, resource: kmsKeyArn })
        : undefined;
    return encrypted ?? tellObject(asked, bucket, object);
  }

  #tellBuckets(): Told {
    const buckets = [...this.#buckets.keys()].map((name) => ({ Name: name, CreationDate: "2026-01-01T00:00:00.000Z" }));
    return tellXml(
      xmlDocument("ListAllMyBucketsResult", "http://s3.amazonaws.com/doc/2006-03-01/", {
        Buckets: { Bucket: buckets },
      }),
    );
  }
}

function tellXml(body: string): Told {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** The oldest region has no name here. */
function locationXml(region: string): string {
  const name = region === "us-east-1" ? "" : region;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${name}</LocationConstraint>`;
}

function encryptionXml(kmsKeyArn: string | undefined): string {
  const by =
    kmsKeyArn === undefined ? { SSEAlgorithm: "AES256" } : { SSEAlgorithm: "aws:kms", KMSMasterKeyID: kmsKeyArn };
  return xmlDocument("ServerSideEncryptionConfiguration", "http://s3.amazonaws.com/doc/2006-03-01/", {
    Rule: { ApplyServerSideEncryptionByDefault: by, BucketKeyEnabled: kmsKeyArn !== undefined },
  });
}
