/** The part of the door that is about names: see index.ts. */
import type { NameSource, StoredName } from "#catalog/index.js";
import type { NameAnswer, NamesLoaded, NamesRequest } from "./naming.ts";

export type { NameAnswer, NamesLoaded, NamesRequest } from "./naming.ts";

/** Loads a person's own lists of names. */
export async function addNames(dataDir: string, request: NamesRequest): Promise<NamesLoaded[]> {
  return (await import("./naming.ts")).addNames(dataDir, request);
}

/** Learns names from what clouds' commands printed. */
export async function learnNames(dataDir: string, request: NamesRequest): Promise<NamesLoaded[]> {
  return (await import("./naming.ts")).learnNames(dataDir, request);
}

/** All names, or those of one source. */
export async function listNames(dataDir: string, source?: string): Promise<StoredName[]> {
  return (await import("./naming.ts")).listNames(dataDir, source);
}

/** Who an address, a block or an id is, and who says so. */
export async function showName(dataDir: string, asked: string): Promise<NameAnswer> {
  return (await import("./naming.ts")).showName(dataDir, asked);
}

/** Takes away what a source gave. */
export async function removeNames(dataDir: string, source: string): Promise<NameSource> {
  return (await import("./naming.ts")).removeNames(dataDir, source);
}

/** The names that hold, or those of one source, as a names.yaml. */
export async function exportNames(dataDir: string, source?: string): Promise<Iterable<string>> {
  return (await import("./naming.ts")).exportNames(dataDir, source);
}
