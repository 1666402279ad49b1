import { WeirError } from "#base/errors.js";
import { awsClientSettings, type AwsClientSettings } from "../aws/client-settings.ts";
import type { NotificationQueue } from "../aws/notification-queue.ts";
import type { RemoteSource } from "../remote.ts";
import { remotePlace, type RemoteSettings } from "../settings.ts";
import { QueueLook } from "./queue-look.ts";
import { S3Objects } from "./s3-objects.ts";
import { S3Source } from "./s3-source.ts";

/** Where Google Cloud Storage speaks the protocol of S3: https://cloud.google.com/storage/docs/interoperability */
const GOOGLE_ENDPOINT = "https://storage.googleapis.com";

/** What a test sets. */
export interface OpenS3Options {
  readonly now?: () => number;
  /** How long a queue's first message is waited for. */
  readonly waitSeconds?: number;
}

/**
 * Opens a bucket of S3, of a server that speaks its protocol, or of Google Cloud Storage by an HMAC key.
 * @throws WeirError when a setting is wrong
 */
export async function openS3(
  settings: RemoteSettings,
  env: Readonly<NodeJS.ProcessEnv>,
  { now = Date.now, waitSeconds }: OpenS3Options = {},
): Promise<RemoteSource> {
  const { kind, uri } = remotePlace(settings.url);
  const isGoogle = kind === "gcs";
  if (isGoogle) mustHaveKey(settings);
  const [, bucket = "", prefix = ""] = /^[a-z0-9]+:\/\/([^/]+)\/(.*)$/s.exec(uri) ?? [];
  const made = awsClientSettings(isGoogle ? { endpoint: GOOGLE_ENDPOINT, ...settings } : settings, env, {
    region: isGoogle ? "auto" : "us-east-1",
  });
  const { S3Client } = await import("@aws-sdk/client-s3");
  // Where no region is set the bucket's own one is followed.
  let region = made.own.region ?? "us-east-1";
  const moveTo = (right: string): boolean => {
    if (settings.region !== undefined || right === region) return false;
    region = right;
    return true;
  };
  const client = made.requests.watch(
    new S3Client({
      ...made.own,
      region: async () => region,
      // Only AWS gives each bucket a host's name of its own without being asked to.
      forcePathStyle:
        made.own.endpoint !== undefined && !/\.amazonaws\.com(\.cn)?$/.test(new URL(made.own.endpoint).hostname),
      followRegionRedirects: true,
      // Lengths are compared and gzip has its own sums; other servers know no others.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    }),
  );
  const objects = new S3Objects({ client, bucket, moveTo, requestPayer: settings.requestPayer === true, isGoogle });
  const sinceMs = settings.sinceMs ?? 0;
  const queue = settings.queue === undefined ? undefined : await openQueue(settings.queue, made);
  const source: S3Source = new S3Source({
    kind: isGoogle ? "gcs" : "s3",
    uri,
    prefix,
    sinceMs,
    objects,
    queue:
      queue &&
      new QueueLook({
        queue,
        objects,
        bucket,
        prefix,
        sinceMs,
        isPlain: () => source.isPlain,
        ...(waitSeconds !== undefined && { waitSeconds }),
      }),
    made,
    now,
    onClose: () => {
      queue?.close();
      client.destroy();
    },
  });
  return source;
}

/** The chain of AWS's credentials has none for Google. */
function mustHaveKey({ url, secret, profile }: RemoteSettings): void {
  if (secret !== undefined || profile !== undefined) return;
  throw new WeirError({
    code: "source-secret",
    kind: "usage",
    message: "Google Cloud Storage is read by an HMAC key, and none is given",
    place: url,
    next: "Make one, gcloud storage hmac create SERVICE-ACCOUNT, put ACCESS-ID:SECRET into a variable, and name it: secret: env:NAME.",
  });
}

/** The queue's own URL says where it is: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, or a server that speaks its protocol. */
async function openQueue(url: string, { beside, requests }: AwsClientSettings): Promise<NotificationQueue> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.pathname.length < 2)
    throw new WeirError({
      code: "source-queue",
      kind: "usage",
      message: `“${url}” is no queue's URL`,
      place: "queue",
      next: "Write it as aws sqs get-queue-url prints it: https://sqs.eu-central-1.amazonaws.com/123456789012/NAME.",
    });
  const region = /^sqs(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(parsed.hostname)?.[1];
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  const { NotificationQueue } = await import("../aws/notification-queue.ts");
  const client = new SQSClient({
    ...beside,
    ...(region === undefined ? { endpoint: parsed.origin } : { region }),
  });
  return new NotificationQueue(requests.watch(client), url);
}
