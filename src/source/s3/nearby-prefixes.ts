import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { meantFolder } from "../nearby.ts";
import type { Nearby } from "../probe.ts";
import { findPartitions } from "./find-partitions.ts";
import { foldersFromKeys, hidesFolders } from "./folders-from-keys.ts";
import type { ListPage, ObjectLister } from "./object-lister.ts";
import type { S3Objects } from "./s3-objects.ts";

const MOST_PLACES = 5;

/**
 * Looks for what was meant by a prefix below which there is nothing, and for flow logs elsewhere in the bucket.
 * @param bucket its URL, with the slash at its end
 */
export async function nearbyPrefixes(
  lister: ObjectLister,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  signal: AbortSignal,
): Promise<Nearby> {
  try {
    const meant = await meantFolder(prefix, async (folder) => {
      const { folders, token } = await foldersBelow(lister, folder, signal);
      return { folders, isAll: token === undefined };
    });
    const { partitions } = await findPartitions(lister, "", signal);
    const places = partitions
      .filter((each) => !each.prefix.startsWith(prefix))
      // The folder that holds AWSLogs/ is what a source is told; of a sink of Cloud Logging its own.
      .map((each) => /^(?:.*\/)?(?=AWSLogs\/)/.exec(each.prefix)?.[0] ?? each.prefix);
    return {
      meant: meant === undefined ? null : `${bucket}${meant}`,
      flowLogs: [...new Set(places)].slice(0, MOST_PLACES).map((place) => `${bucket}${place}`),
    };
  } catch (error) {
    signal.throwIfAborted();
    // Who may list a prefix need not be allowed to list the bucket.
    if (error instanceof WeirError) return { meant: null, flowLogs: [] };
    throw error;
  }
}

/** One page of folders; of a server that leaves them out, made of its keys. */
async function foldersBelow(lister: ObjectLister, prefix: string, signal: AbortSignal): Promise<ListPage> {
  const request = { prefix, foldersOnly: true };
  const page = await lister.list(request, signal);
  const isHidden = page.token === undefined && (await hidesFolders(lister, { prefix, folders: page.folders }, signal));
  return isHidden ? foldersFromKeys(lister).list(request, signal) : page;
}

/**
 * An error of a bucket that is not there, or is somebody else's: with the name of one's own that is written nearly the same, where there
 * is one and buckets may be listed. @returns other errors as they are
 */
export async function nearestBucket(
  objects: S3Objects,
  url: string,
  { error, signal }: { readonly error: unknown; readonly signal: AbortSignal },
): Promise<unknown> {
  if (!(error instanceof WeirError) || !["source-bucket", "source-denied"].includes(error.code)) return error;
  const [, scheme = "s3", name = ""] = /^([a-z0-9]+):\/\/([^/]+)/.exec(url) ?? [];
  const own = await objects.buckets(signal).catch((): string[] => []);
  signal.throwIfAborted();
  const near = own.includes(name) ? undefined : nearestWord(name, own);
  if (near === undefined) return error;
  const { code, kind, message, place = url, next } = error;
  return new WeirError({ code, kind, message, place, next: `Did you mean ${scheme}://${near}? ${next ?? ""}`.trim() });
}
