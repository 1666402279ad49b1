import { existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";

/**
 * Writes a file beside its place first, so that a half-written one never stands there.
 * @param write writes the file that it is given, which is not there yet
 * @throws WeirError `file-exists`, `no-folder`, `cannot-write`
 */
export async function writeFileWhole<T>(
  file: string,
  { force }: { readonly force: boolean },
  write: (partial: string) => Promise<T>,
): Promise<T> {
  const target = resolve(file);
  if (existsSync(target) && !force)
    throw new WeirError({
      code: "file-exists",
      kind: "usage",
      message: "the file exists already",
      place: target,
      next: "Name another file, or replace this one with --force.",
    });
  const folder = dirname(target);
  if (!existsSync(folder))
    throw new WeirError({
      code: "no-folder",
      kind: "usage",
      message: "the folder does not exist",
      place: folder,
      next: "Make it first.",
    });
  const partial = join(folder, `.${basename(target)}.${process.pid}-${Date.now()}.partial`);
  try {
    const result = await write(partial);
    renameSync(partial, target);
    return result;
  } catch (error) {
    throw cannotWrite(error, folder);
  } finally {
    rmSync(partial, { force: true });
  }
}

function cannotWrite(error: unknown, folder: string): WeirError {
  if (error instanceof WeirError) return error;
  return new WeirError({
    code: "cannot-write",
    kind: "environment",
    message: messageOf(error),
    place: folder,
    next: "Check that the folder may be written, and that the disk has room.",
    cause: error,
  });
}
