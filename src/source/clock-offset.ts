import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { openNetwork } from "./http/network.ts";
import { remotePlace, type RemoteSettings } from "./settings.ts";

const PATIENCE_MS = 5000;

/**
 * How far this machine's clock is ahead of the cloud's, by the Date header of an answer that needs no rights; milliseconds.
 * Undefined where nobody answers. The header is of whole seconds.
 */
export async function clockOffset(
  settings: RemoteSettings,
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const url = endpointOf(settings);
  const network = openNetwork(settings, env);
  try {
    const isPlain = url.protocol === "http:";
    const agent = isPlain ? network.httpAgent : network.httpsAgent;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    return await new Promise<number | undefined>((resolve) => {
      const asked = (isPlain ? plainRequest : secureRequest)(url, { method: "HEAD", agent, signal: patience });
      asked.once("response", (answer) => {
        answer.resume();
        const theirs = Date.parse(answer.headers.date ?? "");
        resolve(Number.isNaN(theirs) ? undefined : Date.now() - theirs);
      });
      asked.once("error", () => resolve(undefined));
      asked.end();
    });
  } finally {
    network.close();
  }
}

function endpointOf(settings: RemoteSettings): URL {
  const { endpoint, region = "us-east-1" } = settings;
  if (endpoint !== undefined && URL.canParse(endpoint)) return new URL("/", endpoint);
  const { kind, uri } = remotePlace(settings.url);
  const host = new URL(uri).hostname;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  switch (kind) {
    case "s3":
      return new URL(`https://s3.${region}.${suffix}/`);
    case "cloudwatch":
      return new URL(`https://logs.${host}.${host.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}/`);
    case "azure-blob":
      return new URL(`https://${host.includes(".") ? host : `${host}.blob.core.windows.net`}/`);
    case "gcs":
      return new URL("https://storage.googleapis.com/");
  }
}
