import { readFileSync } from "node:fs";
import { messageOf, WeirError } from "#base/errors.js";
import type { RemoteSource } from "./remote.ts";

/** How a place in a cloud is reached: what `weir.yaml` says of a source with a `url`. */
export interface RemoteSettings {
  /**
   * `s3://BUCKET[/PREFIX]`, `gs://BUCKET[/PREFIX]`, `azblob://ACCOUNT/CONTAINER[/PREFIX]` or `cloudwatch://REGION/LOG-GROUP`.
   */
  readonly url: string;
  /** Nothing older is read. Milliseconds since 1970. */
  readonly sinceMs?: number;
  /** `LogFormat` of AWS records without a header line. */
  readonly logFormat?: string;
  /** Of a server that speaks the cloud's protocol, a private endpoint, a FIPS endpoint. */
  readonly endpoint?: string;
  /** `env:NAME` or `file:PATH`: an account key, a shared access signature, a connection string, or `ID:SECRET` of an access key. */
  readonly secret?: string;
  /** Notifications of new objects: an SQS queue's URL, `azqueue://ACCOUNT/QUEUE`. */
  readonly queue?: string;
  readonly region?: string;
  /** Of the AWS configuration files. */
  readonly profile?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly requestPayer?: boolean;
  readonly fips?: boolean;
  /** In the place of HTTPS_PROXY. */
  readonly proxy?: string;
  /** A file of certificate authorities, besides those of Node.js. */
  readonly ca?: string;
}

/** What kind of place a URL names, and the name that it has in the catalog. */
export interface RemotePlaceName {
  readonly kind: RemoteSource["kind"];
  readonly uri: string;
}

const KINDS: Readonly<Record<string, RemoteSource["kind"]>> = {
  s3: "s3",
  gs: "gcs",
  azblob: "azure-blob",
  cloudwatch: "cloudwatch",
};

/** A source as the catalog names it. */
type PlaceName = Readonly<Record<"kind" | "uri", string>>;

/** Kinds of places whose objects have one name, however much of the place a source reads. */
const SHARED: ReadonlySet<string> = new Set(["s3", "gcs", "azure-blob"]);

/** @throws WeirError `source-url` when it names no place that Weir can read */
export function remotePlace(url: string): RemotePlaceName {
  const [, scheme = "", host = "", path = ""] = /^([a-z0-9]+):\/\/([^/\s]+)(?:\/(.*))?$/is.exec(url.trim()) ?? [];
  const kind = KINDS[scheme.toLowerCase()];
  const needsPath = kind === "azure-blob" || kind === "cloudwatch";
  if (kind === undefined || host === "" || (needsPath && path === ""))
    throw new WeirError({
      code: "source-url",
      kind: "usage",
      message: `“${url}” names no place that logs can be read from`,
      next: "Write s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, azblob://ACCOUNT/CONTAINER or cloudwatch://REGION/LOG-GROUP.",
    });
  // One name for one place: under another, growing blobs would be counted a second time.
  if (kind === "azure-blob")
    return { kind, uri: `azblob://${host.toLowerCase()}/${path.replace(/^([^/]+)\/$/, "$1")}` };
  return { kind, uri: `${scheme.toLowerCase()}://${host}/${path}` };
}

/**
 * Whether two names of places in the catalog can name the same objects by the same keys: buckets and containers of which one is
 * listed with the beginning of what the other one is listed with.
 */
export function overlap(one: PlaceName, other: PlaceName): boolean {
  if (one.kind !== other.kind || !SHARED.has(one.kind)) return false;
  const [a, b] = [listedBy(one.uri), listedBy(other.uri)];
  return a.startsWith(b) || b.startsWith(a);
}

/** A container's name ends where its prefix begins, also where there is none. */
function listedBy(uri: string): string {
  return /^azblob:\/\/[^/]+\/[^/]+$/.test(uri) ? `${uri}/` : uri;
}

/** The value of a secret that a setting names. @throws WeirError `source-secret` when it is not there; never with the value */
export function readSecret(reference: string, env: Readonly<NodeJS.ProcessEnv>): string {
  const [, kind, name = ""] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (kind === undefined)
    throw new WeirError({
      code: "source-secret",
      kind: "usage",
      message: "secrets do not stand in the configuration",
      place: "secret",
      next: "Put it into an environment variable or a file, and write secret: env:NAME or secret: file:/path.",
    });
  try {
    const value = (kind === "env" ? env[name] : readFileSync(name, "utf8"))?.trim() ?? "";
    if (value === "") throw new Error("it is not set, or empty");
    return value;
  } catch (error) {
    throw new WeirError({
      code: "source-secret",
      kind: "usage",
      message: `the secret cannot be read: ${messageOf(error)}`,
      place: `${kind}:${name}`,
      next: kind === "env" ? `Set ${name} where Weir is started.` : "Name a file that Weir may read.",
      cause: error,
    });
  }
}
