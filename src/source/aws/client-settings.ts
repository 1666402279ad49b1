import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { WeirError } from "#base/errors.js";
import { openNetwork } from "../http/network.ts";
import type { RemoteSettings } from "../settings.ts";
import { configuredRegion } from "./aws-region.ts";
import { awsCredentials, type AwsCredentials } from "./credentials.ts";
import { RequestCounter } from "./request-counter.ts";

const CONNECT_MS = 10_000;
/** Until an answer begins. */
const ANSWER_MS = 60_000;
/** Without a byte. */
const SILENCE_MS = 60_000;
const ATTEMPTS = 6;

/** What the constructor of a client of the AWS SDK is given. */
export interface AwsClientConfig {
  readonly region?: string;
  readonly profile?: string;
  readonly credentials: AwsCredentials;
  readonly maxAttempts: number;
  readonly retryMode: "standard" | "adaptive";
  readonly useFipsEndpoint?: boolean;
  readonly endpoint?: string;
  readonly requestHandler: AwsHandlerOptions;
}

/** Options of the SDK's HTTP handler for Node.js. */
interface AwsHandlerOptions {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: boolean;
  readonly socketTimeout: number;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly logger: { debug(): void; info(): void; warn(): void; error(): void };
}

/** What all clients of one source are made with. */
export interface AwsClientSettings {
  /** For the source's own service: at the endpoint of the settings, if there is one. */
  readonly own: AwsClientConfig;
  /** For services beside it, such as STS, SQS, EC2: at the cloud's endpoints, or those of `AWS_ENDPOINT_URL_…`. */
  readonly beside: AwsClientConfig;
  /** Counts what clients send that were given to its `watch`. */
  readonly requests: RequestCounter;
  /** Closes connections. */
  close(): void;
}

/** How the clients of a source behave. */
export interface AwsClientOptions {
  /** `adaptive` also sends fewer requests after a service has told to slow down: for services with few requests a second. */
  readonly retryMode?: "standard" | "adaptive";
  /** Where neither settings nor environment nor profile name a region. */
  readonly region?: string;
  /** Who assumes the role of the settings, in the place of what they say otherwise. */
  readonly through?: AwsCredentials;
}

/**
 * What every AWS client of a source is made with: credentials, region, endpoint, retries with jitter, time-outs, connections that
 * are kept, the proxy and the certificate authorities.
 * @throws WeirError when a setting is wrong; its value is never told
 */
export function awsClientSettings(
  settings: Omit<RemoteSettings, "url"> & { readonly url?: string },
  env: Readonly<NodeJS.ProcessEnv>,
  { retryMode = "standard", region: fallback, through }: AwsClientOptions = {},
): AwsClientSettings {
  // What is installed is pinned, and works on Node.js 20: nothing that an operator could do about it.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const ca = settings.ca ?? (env["AWS_CA_BUNDLE"] || undefined);
  const network = openNetwork(
    { ...(settings.proxy !== undefined && { proxy: settings.proxy }), ...(ca !== undefined && { ca }) },
    env,
  );
  const region = configuredRegion(settings, env) ?? fallback;
  const requestHandler: AwsHandlerOptions = {
    connectionTimeout: CONNECT_MS,
    requestTimeout: ANSWER_MS,
    throwOnRequestTimeout: true,
    socketTimeout: SILENCE_MS,
    httpAgent: network.httpAgent,
    httpsAgent: network.httpsAgent,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  };
  const fips = settings.fips === true && { useFipsEndpoint: true };
  const credentials = awsCredentials(settings, env, { requestHandler, region, through, ...fips });
  const { profile, endpoint } = settings;
  if (endpoint !== undefined && !/^https?:\/\/./i.test(endpoint))
    throw new WeirError({
      code: "source-endpoint",
      kind: "usage",
      message: "the endpoint is no address that begins with http:// or https://",
      place: "endpoint",
      next: "Write it with its scheme: https://minio.internal:9000.",
    });
  const common = {
    credentials,
    maxAttempts: ATTEMPTS,
    retryMode,
    requestHandler,
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  };
  return {
    // An endpoint that was named is what it is: the SDK refuses to make a FIPS one of it.
    own: endpoint === undefined ? { ...common, ...fips } : { ...common, endpoint },
    beside: { ...common, ...fips },
    requests: new RequestCounter(),
    close: () => network.close(),
  };
}

function nothing(): void {
  // What matters comes as an error.
}
