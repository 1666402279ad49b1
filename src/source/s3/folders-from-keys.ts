import type { ListPage, ListRequest, ObjectLister } from "./object-lister.ts";

/** Requests that one page of folders takes at most. */
const MOST_LISTS = 100;
/** Behind all keys of a folder. */
const LAST = "\u{10FFFF}";

/**
 * Makes folders out of keys, for servers that are asked for folders and leave some out (s3rver shows those alone that have an object
 * of their own): jumps from folder to folder, so that a page of keys is all that is listed of each.
 */
export function foldersFromKeys(lister: ObjectLister): ObjectLister {
  return {
    list: (request, signal) =>
      request.foldersOnly === true ? folderPage(lister, request, signal) : lister.list(request, signal),
  };
}

/** Whether a server leaves folders out: one page of keys shows one that is not among those that it gave. */
export async function hidesFolders(
  lister: ObjectLister,
  { prefix, folders }: { readonly prefix: string; readonly folders: readonly string[] },
  signal: AbortSignal,
): Promise<boolean> {
  const { objects } = await lister.list({ prefix }, signal);
  const given = new Set(folders);
  return objects.some(({ key }) => {
    const folder = folderOf(key, prefix);
    return folder !== undefined && !given.has(folder);
  });
}

async function folderPage(
  lister: ObjectLister,
  { prefix, after, token }: ListRequest,
  signal: AbortSignal,
): Promise<ListPage> {
  const folders = new Set<string>();
  const objects: ListPage["objects"][number][] = [];
  let from = token ?? after;
  for (let lists = 0; lists < MOST_LISTS; lists++) {
    const page = await lister.list({ prefix, ...(from !== undefined && { after: from }) }, signal);
    for (const object of page.objects) {
      const folder = folderOf(object.key, prefix);
      if (folder === undefined) objects.push(object);
      else folders.add(folder);
    }
    const last = page.objects.at(-1)?.key;
    if (page.token === undefined || last === undefined) return { objects, folders: [...folders] };
    const folder = folderOf(last, prefix);
    from = folder === undefined ? last : folder + LAST;
  }
  return { objects, folders: [...folders], ...(from !== undefined && { token: from }) };
}

function folderOf(key: string, prefix: string): string | undefined {
  const slash = key.indexOf("/", prefix.length);
  return slash < 0 ? undefined : key.slice(0, slash + 1);
}
