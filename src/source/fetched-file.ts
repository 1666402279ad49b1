import { open, type FileHandle } from "node:fs/promises";
import { messageOf, WeirError } from "#base/errors.js";

/** Opens the file that an object is fetched to, empty. @throws WeirError `source-disk` */
export async function openFetchedFile(path: string): Promise<FileHandle> {
  return open(path, "w").catch((error: unknown) => {
    throw noDisk(error);
  });
}

/** Writes all of some bytes at a place of the file. @throws WeirError `source-disk`: to fetch the next object is of no use */
export async function writeFetched(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;)
      done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  } catch (error) {
    throw noDisk(error);
  }
}

/** Our own disk is no reason to ask a cloud again, or to tell an object as unreadable. */
function noDisk(error: unknown): WeirError {
  return new WeirError({
    code: "source-disk",
    kind: "environment",
    message: `what is fetched cannot be written to the lake's disk: ${messageOf(error)}`,
    next: "Make room on it, and see that it can be written. Nothing is lost: it is fetched with the next look.",
    cause: error,
  });
}
