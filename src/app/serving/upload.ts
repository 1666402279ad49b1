import { createHash } from "node:crypto";
import { createReadStream, utimesSync } from "node:fs";
import type { EarlierUpload } from "#catalog/index.js";
import type { Input, SourceName } from "../ingest.ts";
import type { KeeperContext } from "./collecting.ts";
import type { UploadedFile } from "./messages.ts";

export const UPLOADS: SourceName = { kind: "upload", uri: "upload:" };

const MOST_NAME = 500;

/** Uploads as objects: content and name are the identity, and what grew since it was last sent is read on. */
export async function uploadInputs({ lake }: KeeperContext, files: readonly UploadedFile[]): Promise<Input[]> {
  const sourceId = lake.catalog.ensureSource(UPLOADS.kind, UPLOADS.uri);
  const inputs: Input[] = [];
  for (const file of files) {
    const ending = `/${nameOf(file.name)}`;
    const grown = await grownFrom(file, lake.catalog.sources.endingWith(sourceId, ending));
    const key = grown ?? `upload:${file.sha256}${ending}`;
    // No age: the same content is the same version, and nothing more will be written to it.
    utimesSync(file.path, 0, 0);
    inputs.push({ path: file.path, candidate: { key, size: file.size, modifiedMicros: 0 } });
  }
  return inputs;
}

/** The sender's name for it as text of one line; slashes stay, since folders tell accounts and regions. */
function nameOf(name: string): string {
  const plain = name
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- they are what must go
    .replaceAll(/[\u0000-\u001F\u007F]/g, "\uFFFD")
    .replace(/^\/+/, "")
    .slice(-MOST_NAME)
    .toWellFormed();
  return plain === "" ? "unnamed" : plain;
}

/** The key of an earlier upload of this name that the file begins with. */
async function grownFrom(file: UploadedFile, earlier: readonly EarlierUpload[]): Promise<string | undefined> {
  const candidates = earlier.filter(
    ({ size, offset, prefixSha256 }) => prefixSha256 !== null && offset > 0 && size < file.size && offset <= file.size,
  );
  if (candidates.length === 0) return undefined;
  const prefixes = await prefixHashes(
    file.path,
    candidates.map(({ offset }) => offset),
  );
  // The longest: what was read on before.
  return candidates
    .toSorted((a, b) => b.offset - a.offset)
    .find(({ offset, prefixSha256 }) => prefixes.get(offset) === prefixSha256)?.key;
}

/** SHA-256 of the first bytes of a file, for several lengths in one reading. */
async function prefixHashes(path: string, lengths: readonly number[]): Promise<Map<number, string>> {
  const open = [...new Set(lengths)].sort((a, b) => a - b);
  const found = new Map<number, string>();
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of createReadStream(path, { end: Math.max(...open) - 1 })) {
    let bytes = chunk as Buffer;
    for (let next = open[0]; next !== undefined && read + bytes.length >= next; next = open[0]) {
      hash.update(bytes.subarray(0, next - read));
      bytes = bytes.subarray(next - read);
      read = next;
      found.set(next, hash.copy().digest("hex"));
      open.shift();
    }
    hash.update(bytes);
    read += bytes.length;
  }
  return found;
}
