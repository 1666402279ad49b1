import { nearestWord } from "#base/nearest.js";

/** The folders directly below a prefix, each with the slash at its end, and whether these are all. */
export type ListFolders = (prefix: string) => Promise<{ readonly folders: readonly string[]; readonly isAll: boolean }>;

/**
 * The folder that a prefix most likely means: followed from the top, each name that is not there replaced by the nearest one that is,
 * as far down as there is any. A few requests, one a level.
 * @returns undefined where the prefix is written right as far as it goes
 */
export async function meantFolder(prefix: string, list: ListFolders): Promise<string | undefined> {
  let folder = "";
  let isMended = false;
  for (const name of prefix.split("/").filter((part) => part !== "")) {
    const { folders, isAll } = await list(folder);
    const names = folders.map((each) => each.slice(folder.length, -1));
    if (!names.includes(name) && isAll) {
      const near = isExact(name) ? undefined : nearestWord(name, names);
      if (near === undefined) break;
      isMended = true;
      folder += `${near}/`;
    } else folder += `${name}/`;
  }
  return isMended ? folder : undefined;
}

/** Accounts, regions, dates: the next one to them is another one and no misspelling. */
function isExact(name: string): boolean {
  return /^(?:[a-z-]+=)?(?:\d+|[a-z]{2,}(?:-[a-z]+)+-\d+)$/.test(name);
}
