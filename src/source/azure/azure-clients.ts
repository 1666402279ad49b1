import type { ContainerClient, Pipeline, RequestPolicyFactory } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import { openNetwork, type Network } from "../http/network.ts";
import type { RemoteSettings } from "../settings.ts";
import type { AzurePlace } from "./azure-place.ts";
import { agentFor, openEntra } from "./entra.ts";

/** Clients of one container, and of the queue that tells of it. */
export interface AzureClients {
  readonly container: ContainerClient;
  readonly queue: QueueClient | undefined;
  /** Another container of the same account. */
  readonly beside: (name: string) => ContainerClient;
  close(): void;
}

/** Repeating is done by whoever asks: it counts, waits for different times, and goes on in the middle of a body. */
const ONCE = { retryOptions: { maxTries: 1 } } as const;

/** Loads the clients and opens them. @throws WeirError when a setting is wrong; nothing is asked yet */
export async function openClients(
  place: AzurePlace,
  settings: RemoteSettings,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<AzureClients> {
  const network = openNetwork(settings, env);
  const blob = await import("@azure/storage-blob");
  const { account, secret, blobUrl, queueUrl } = place;
  const token = secret === undefined ? await openEntra(place.cloud, network, env) : undefined;
  const query = secret?.kind === "sas" ? `?${secret.query}` : "";
  const key = secret?.kind === "key" ? secret.key : undefined;
  const blobCredential =
    key === undefined ? (token ?? new blob.AnonymousCredential()) : new blob.StorageSharedKeyCredential(account, key);
  const pipeline = throughNetwork(blob.newPipeline(blobCredential, ONCE), network);
  const beside = (name: string): ContainerClient => new blob.ContainerClient(`${blobUrl}/${name}${query}`, pipeline);
  let queue: QueueClient | undefined;
  if (queueUrl !== undefined) {
    const module = await import("@azure/storage-queue");
    const credential =
      key === undefined
        ? (token ?? new module.AnonymousCredential())
        : new module.StorageSharedKeyCredential(account, key);
    queue = new module.QueueClient(
      `${queueUrl}${query}`,
      throughNetwork(module.newPipeline(credential, ONCE), network),
    );
  }
  return { container: beside(place.container), queue, beside, close: () => network.close() };
}

/** Has a client's requests go the way that the network says. */
function throughNetwork<P extends { readonly factories: RequestPolicyFactory[] } = Pipeline>(
  pipeline: P,
  network: Network,
): P {
  pipeline.factories.push({
    create: (next) => ({
      sendRequest: (request) => {
        request.agent = agentFor(request.url, network);
        return next.sendRequest(request);
      },
    }),
  });
  return pipeline;
}
