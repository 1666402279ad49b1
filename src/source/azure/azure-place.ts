import { isIP } from "node:net";
import { WeirError } from "#base/errors.js";
import { azureCloudOfHost, type AzureCloud } from "../clouds.ts";
import { readSecret, remotePlace, type RemoteSettings } from "../settings.ts";
import { readAzureSecret, type AzureSecret } from "./azure-secret.ts";

/** A container, and how it is reached. */
export interface AzurePlace {
  /** `azblob://ACCOUNT/CONTAINER/PREFIX`. */
  readonly uri: string;
  readonly account: string;
  readonly container: string;
  readonly prefix: string;
  /** Of the account's Blob service, without a query. */
  readonly blobUrl: string;
  /** Of the queue itself. */
  readonly queueUrl: string | undefined;
  /** Undefined: Microsoft Entra. */
  readonly secret: AzureSecret | undefined;
  readonly cloud: AzureCloud;
}

/**
 * Reads where a container is, and with what it is opened.
 * @throws WeirError `source-url`, `source-secret`, `source-endpoint`, `source-queue`
 */
export function readAzurePlace(settings: RemoteSettings, env: Readonly<NodeJS.ProcessEnv>): AzurePlace {
  const { uri } = remotePlace(settings.url);
  const [, account = "", container = "", prefix = ""] = /^azblob:\/\/([^/]+)\/([^/]+)\/?(.*)$/s.exec(uri) ?? [];
  if (!/^[a-z0-9](-?[a-z0-9])*$|^\$(root|logs|web)$/.test(container))
    throw wrong("source-url", `“${container}” is no container's name`, uri, "Write azblob://ACCOUNT/CONTAINER/PREFIX.");
  const read = settings.secret === undefined ? undefined : readAzureSecret(readSecret(settings.secret, env));
  if (read?.account !== undefined && read.account !== account)
    throw wrong(
      "source-secret",
      `the connection string is of the storage account ${read.account}, not of ${account}`,
      uri,
      "Take the connection string of the account that the URL names.",
    );
  const blobUrl = serviceUrl(settings.endpoint ?? read?.blobEndpoint, account);
  const secret = read?.secret;
  mustBeSafe(blobUrl, secret);
  const cloud = azureCloudOfHost(new URL(blobUrl).hostname);
  const queueUrl = queueAddress(settings.queue, { account, cloud, endpoint: read?.queueEndpoint });
  if (queueUrl !== undefined) mustBeSafe(queueUrl, secret);
  return { uri, account, container, prefix, blobUrl, queueUrl, secret, cloud };
}

/** `endpoint` is an address, perhaps with the account as its path, or the suffix of a cloud's names. */
function serviceUrl(endpoint: string | undefined, account: string): string {
  if (endpoint === undefined) return `https://${account}.blob.core.windows.net`;
  if (!endpoint.includes("://")) {
    const suffix = endpoint.replace(/^\.?(blob\.)?/, "");
    return address(`https://${account}.blob.${suffix}`).origin;
  }
  const url = address(endpoint);
  const path = url.pathname.replace(/\/+$/, "");
  // Servers without names of their own for accounts have them in the path.
  const isPlain = isIP(url.hostname.replaceAll(/[[\]]/g, "")) !== 0 || !url.hostname.includes(".");
  const host = url.host.replace(/\.dfs\./, ".blob.");
  return `${url.protocol}//${host}${path === "" && isPlain ? `/${account}` : path}`;
}

interface QueueSurroundings {
  readonly account: string;
  readonly cloud: AzureCloud;
  readonly endpoint: string | undefined;
}

function queueAddress(queue: string | undefined, { account, cloud, endpoint }: QueueSurroundings): string | undefined {
  if (queue === undefined) return undefined;
  const [, owner, name] = /^azqueue:\/\/([a-z0-9]+)\/([a-z0-9](?:-?[a-z0-9])*)\/?$/.exec(queue) ?? [];
  if (owner !== undefined && name !== undefined) {
    const base =
      owner === account && endpoint !== undefined ? endpoint : `https://${owner}.queue.${cloud.storageSuffix}`;
    return `${base.replace(/\/+$/, "")}/${name}`;
  }
  if (/^https?:\/\/[^/?#]+\/[^?#]+$/.test(queue) && URL.canParse(queue)) return queue.replace(/\/+$/, "");
  throw wrong("source-queue", "the queue's address cannot be understood", "queue", "Write azqueue://ACCOUNT/QUEUE.");
}

function address(text: string): URL {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
  throw wrong(
    "source-endpoint",
    "the endpoint is no address",
    "endpoint",
    "Write https://ACCOUNT.blob.core.windows.net or a cloud's suffix.",
  );
}

/** A signature in a URL, or a token, is not sent where everybody on the way can read it. A key signs and is not sent. */
function mustBeSafe(url: string, secret: AzureSecret | undefined): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || secret?.kind === "key") return;
  // Without a secret it is a token, which the client sends by https alone, wherever to.
  if (secret === undefined)
    throw wrong(
      "source-secret",
      "no secret is given, and a token of Microsoft Entra is not sent without https",
      `${protocol}//${hostname}`,
      "Give secret: env:NAME with an account key or a connection string (azurite prints its own), or an https:// endpoint.",
    );
  if (hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.")) return;
  throw wrong(
    "source-endpoint",
    "credentials would be sent without encryption",
    `${protocol}//${hostname}`,
    "Give an https:// endpoint.",
  );
}

function wrong(code: string, message: string, place: string, next: string): WeirError {
  return new WeirError({ code, kind: "usage", message, place, next });
}
