import type { BlobItem, ContainerClient } from "@azure/storage-blob";
import type { RemoteObject } from "../remote.ts";
import type { AzureRequests } from "./azure-requests.ts";

/** What the service gives in one answer at most. */
const PAGE = 5000;

/** One level of a container, as folders would show it. */
export interface ContainerLevel {
  /** With the slash at their end. */
  readonly prefixes: readonly string[];
  readonly objects: readonly RemoteObject[];
}

/** Lists a container's blobs: as they are now, without versions, snapshots and deleted ones. */
export class ContainerListing {
  readonly #container: ContainerClient;
  readonly #requests: AzureRequests;

  constructor(container: ContainerClient, requests: AzureRequests) {
    this.#container = container;
    this.#requests = requests;
  }

  /** All blobs whose names begin so, page by page. */
  async *below(prefix: string, signal: AbortSignal): AsyncGenerator<readonly RemoteObject[]> {
    let continuationToken: string | undefined;
    do {
      const page = await this.#requests.send("lists", signal, async (attempt) => {
        const options = { prefix, includeMetadata: true, abortSignal: attempt.signal };
        return first(this.#container.listBlobsFlat(options).byPage(paged(continuationToken)));
      });
      yield page.segment.blobItems.flatMap(toObject);
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== "");
  }

  /** What stands directly under a prefix. */
  async level(prefix: string, signal: AbortSignal): Promise<ContainerLevel> {
    const prefixes: string[] = [];
    const objects: RemoteObject[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await this.#requests.send("lists", signal, async (attempt) => {
        const options = { prefix, includeMetadata: true, abortSignal: attempt.signal };
        return first(this.#container.listBlobsByHierarchy("/", options).byPage(paged(continuationToken)));
      });
      for (const { name } of page.segment.blobPrefixes ?? []) prefixes.push(name);
      objects.push(...page.segment.blobItems.flatMap(toObject));
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined && continuationToken !== "");
    return { prefixes, objects };
  }

  /** How many versions and snapshots of blobs there are besides the blobs that begin so; of one page. */
  async hidden(prefix: string, signal: AbortSignal): Promise<number> {
    const page = await this.#requests.send("lists", signal, async (attempt) => {
      const options = { prefix, includeVersions: true, includeSnapshots: true, abortSignal: attempt.signal };
      return first(this.#container.listBlobsFlat(options).byPage(paged(undefined)));
    });
    return page.segment.blobItems.filter(
      ({ snapshot, versionId, isCurrentVersion }) =>
        (snapshot ?? "") !== "" || ((versionId ?? "") !== "" && isCurrentVersion !== true),
    ).length;
  }
}

function paged(continuationToken: string | undefined) {
  return { maxPageSize: PAGE, ...(continuationToken !== undefined && { continuationToken }) };
}

async function first<T>(pages: AsyncIterableIterator<T>): Promise<T> {
  const page = await pages.next();
  if (page.done === true) throw new Error("the listing has no page");
  return page.value;
}

/** A blob as an object; nothing for what holds no records: folders of hierarchical accounts, and empty blobs. */
function toObject({ name, deleted, snapshot, metadata, properties }: BlobItem): RemoteObject[] {
  const { contentLength = 0, lastModified, etag, accessTier, archiveStatus } = properties;
  const isFolder = Object.entries(metadata ?? {}).some(
    ([key, value]) => key.toLowerCase() === "hdi_isfolder" && value === "true",
  );
  if (contentLength === 0 || isFolder || deleted || (snapshot ?? "") !== "") return [];
  return [
    {
      key: name,
      size: contentLength,
      modifiedMicros: (lastModified?.getTime() ?? 0) * 1000,
      etag: plainEtag(etag),
      ...(accessTier === "Archive" && { unavailable: archived(archiveStatus) }),
    },
  ];
}

/** ETags come with and without quotes, depending on who tells them. */
export function plainEtag(etag: string): string {
  return etag.replaceAll('"', "");
}

/** Why an archived blob is not read. @param rehydration `rehydrate-pending-to-hot` and the like */
export function archived(rehydration: string | undefined): { code: string; message: string } {
  const coming = rehydration?.startsWith("rehydrate-pending") === true;
  return {
    code: "archived",
    message: coming
      ? "the blob is being brought back from the archive tier; it is read when that is done"
      : "the blob is in the archive tier and cannot be read; bring it back to the hot or cool tier to have it read",
  };
}
