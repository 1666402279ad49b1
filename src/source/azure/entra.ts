import { globalAgent } from "node:http";
import type { DefaultAzureCredential } from "@azure/identity";
import type { AzureCloud } from "../clouds.ts";
import type { Network } from "../http/network.ts";

/** Microsoft Entra: environment, workload identity, managed identity, `az login`, in this order. */
export async function openEntra(
  cloud: AzureCloud,
  network: Network,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<DefaultAzureCredential> {
  const identity = await import("@azure/identity");
  return new identity.DefaultAzureCredential({
    authorityHost: env["AZURE_AUTHORITY_HOST"] ?? cloud.authority,
    additionalPolicies: [
      {
        position: "perCall",
        policy: {
          name: "weirNetwork",
          sendRequest: (request, next) => {
            request.agent = agentFor(request.url, network);
            return next(request);
          },
        },
      },
    ],
  });
}

/** What a request goes through. */
export function agentFor(url: string, network: Network): Network["httpAgent"] | Network["httpsAgent"] {
  // Services of the machine itself, which tell who it is: no proxy could reach them.
  if (/^http:\/\/(169\.254\.|127\.|localhost[:/])/.test(url)) return globalAgent;
  return url.startsWith("https:") ? network.httpsAgent : network.httpAgent;
}
