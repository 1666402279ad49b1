import type { ContainerClient } from "@azure/storage-blob";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { meantFolder } from "../nearby.ts";
import type { Nearby } from "../probe.ts";
import type { AzurePlace } from "./azure-place.ts";
import type { AzureRequests } from "./azure-requests.ts";
import type { ContainerListing } from "./container-listing.ts";
import { walkContainer } from "./flow-log-walk.ts";

/** The containers that flow logs are written to: https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview */
export const CONTAINERS = {
  azure_nsg: "insights-logs-networksecuritygroupflowevent",
  azure_vnet: "insights-logs-flowlogflowevent",
} as const;

const MOST_LEVELS = 40;

/** A container, and how others of its account are opened. */
export interface NearbyParts {
  readonly listing: ContainerListing;
  readonly requests: AzureRequests;
  readonly place: AzurePlace;
  readonly beside: (name: string) => ContainerClient;
}

/** Looks for what was meant by a prefix below which there is nothing, and for flow logs elsewhere in the container. */
export async function nearbyFolders({ listing, place }: NearbyParts, signal: AbortSignal): Promise<Nearby> {
  const container = `azblob://${place.account}/${place.container}`;
  const meant = await meantFolder(place.prefix, async (prefix) => {
    const { prefixes } = await listing.level(prefix, signal);
    return { folders: prefixes, isAll: true };
  });
  const { flowLogs } = await walkContainer((prefix) => listing.level(prefix, signal), "", { most: MOST_LEVELS });
  return {
    meant: meant === undefined ? null : `${container}/${meant}`,
    flowLogs: flowLogs.length === 0 ? [] : [container],
  };
}

/** An error of a container that is not there: with the containers of flow logs that are. @returns other errors as they are */
export async function nearestContainer(parts: NearbyParts, error: unknown, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof WeirError) || error.code !== "source-not-found") return error;
  const names: string[] = [];
  for (const name of Object.values(CONTAINERS)) if (await hasBlobs(parts, name, signal)) names.push(name);
  const { account, container } = parts.place;
  const meant = nearestWord(container, names) ?? names[0];
  if (meant === undefined) return error;
  const { code, kind, message, place = "" } = error;
  const next = `Did you mean azblob://${account}/${meant}? It has blobs.`;
  return new WeirError({ code, kind, message, place, next });
}

/** Whether there is a container with blobs; without the right to ask nothing is said. */
export async function hasBlobs(
  { beside, requests }: Pick<NearbyParts, "beside" | "requests">,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const options = { maxPageSize: 1 };
    const page = await requests.send("lists", signal, async (attempt) =>
      beside(name).listBlobsFlat({ abortSignal: attempt.signal }).byPage(options).next(),
    );
    return page.done !== true && page.value.segment.blobItems.length > 0;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
