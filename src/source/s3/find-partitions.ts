import { WeirError } from "#base/errors.js";
import { foldersFromKeys, hidesFolders } from "./folders-from-keys.ts";
import { folderLevel, partitionOf, serviceFolder, type FolderLevel, type Partition } from "./flow-log-keys.ts";
import type { ObjectLister } from "./object-lister.ts";

/** How far in front of `AWSLogs/` is searched, in folders, and with how many requests at most. */
const DEPTH = 4;
const MOST_LISTS = 150;
const AT_ONCE = 8;

/** How a place in a bucket is laid out. */
export interface Layout {
  readonly partitions: readonly Partition[];
  /** No layout that is known: everything below the prefix is taken for flow logs. */
  readonly isPlain: boolean;
  /** Folders of other services in the same bucket, some of them: they are not looked into. */
  readonly foreign: readonly string[];
  /** Not all folders in front of the logs were searched. */
  readonly isPartial: boolean;
}

/**
 * Finds where flow logs lie below a prefix, by listing folders: `AWSLogs/` in the bucket or behind folders of its own, with or
 * without organisations, Hive-compatible or not, and sinks of Cloud Logging. Folders of other services are never listed.
 * @throws WeirError `source-…` when it cannot be listed; `source-url` when the prefix is of another service
 */
export async function findPartitions(lister: ObjectLister, prefix: string, signal: AbortSignal): Promise<Layout> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const level = folderLevel(folder);
  if (level === "foreign")
    throw new WeirError({
      code: "source-url",
      kind: "usage",
      message: "other logs than flow logs lie there",
      place: prefix,
      next: "Name the bucket, or the folder in front of AWSLogs/: flow logs are found by themselves.",
    });
  if (level === "dates") return { partitions: [], isPlain: true, foreign: [], isPartial: false };
  let search = new Search(lister, signal);
  await search.below(prefix, level, 0);
  const { first } = search;
  if (search.partitions.length === 0 && first !== undefined && (await hidesFolders(lister, first, signal))) {
    search = new Search(foldersFromKeys(lister), signal);
    await search.below(prefix, level, 0);
  }
  const { partitions, foreign, sawLogs, isPartial } = search;
  partitions.sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  return { partitions, isPlain: level === "above" && !sawLogs, foreign: [...foreign], isPartial };
}

class Search {
  readonly partitions: Partition[] = [];
  readonly foreign = new Set<string>();
  sawLogs = false;
  isPartial = false;
  /** The first page of folders that was given. */
  first: { readonly prefix: string; readonly folders: readonly string[] } | undefined;
  readonly #lister: ObjectLister;
  readonly #signal: AbortSignal;
  #lists = 0;

  constructor(lister: ObjectLister, signal: AbortSignal) {
    this.#lister = lister;
    this.#signal = signal;
  }

  /** @param prefix a folder, or one with the beginning of a name */
  async below(prefix: string, level: FolderLevel, depth: number): Promise<void> {
    if (prefix === "" || prefix.endsWith("/")) {
      if (level === "partition") this.partitions.push(partitionOf(prefix));
      if (level === "partition") return;
      // What else an account has there need not be known.
      if (level === "account") return this.below(serviceFolder(prefix), "regions", depth);
    }
    const folders = await this.#folders(prefix, level);
    for (let at = 0; at < folders.length; at += AT_ONCE)
      await Promise.all(folders.slice(at, at + AT_ONCE).map((folder) => this.#enter(folder, depth + 1)));
  }

  async #enter(folder: string, depth: number): Promise<void> {
    const level = folderLevel(folder);
    if (level === "foreign" || level === "dates") {
      if (level === "foreign" && this.foreign.size < 20) this.foreign.add(folder);
      return;
    }
    if (level !== "above") this.sawLogs = true;
    else if (depth > DEPTH || isDate(folder)) return;
    else if (this.#lists >= MOST_LISTS) {
      this.isPartial = true;
      return;
    }
    await this.below(folder, level, depth);
  }

  async #folders(prefix: string, level: FolderLevel): Promise<string[]> {
    const found: string[] = [];
    for (let token: string | undefined; ;) {
      if (level === "above") this.#lists++;
      const request = { prefix, foldersOnly: true, ...(token !== undefined && { token }) };
      const page = await this.#lister.list(request, this.#signal);
      found.push(...page.folders);
      token = page.token;
      // A page that is not all would show less than there is.
      if (token === undefined) this.first ??= { prefix, folders: found };
      if (token === undefined) return found;
      if (level !== "above") continue;
      // A bucket with thousands of folders beside each other is no bucket of logs.
      this.isPartial = true;
      return found;
    }
  }
}

function isDate(folder: string): boolean {
  return /(?:^|\/)(?:(?:year=)?(?:19|20)\d{2})\/$/.test(folder);
}
