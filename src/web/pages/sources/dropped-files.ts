import type { SentFile } from "../../client/upload.ts";

/** The files of a drop, those in folders with their paths. */
export async function droppedFiles(transfer: DataTransfer): Promise<SentFile[]> {
  // The list empties itself when this function first waits.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const files: SentFile[] = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

/** Files of a file picker. */
export function chosenFiles(list: FileList | readonly File[]): SentFile[] {
  return [...list].map((file) => ({
    file,
    path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
  }));
}

async function collect(entry: FileSystemEntry, files: SentFile[]): Promise<void> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    files.push({ file, path: entry.fullPath.replace(/^\//, "") });
  } else if (entry instanceof FileSystemDirectoryEntry) {
    const reader = entry.createReader();
    // Gives a hundred at a time, and none at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const each of some) await collect(each, files);
    }
  }
}

const MOST_FILES = 500;
const MOST_BYTES = 1_000_000_000;

/** Files in the order given, in forms that the server takes: not too many in one, and not too much. */
export function inForms(files: readonly SentFile[]): SentFile[][] {
  const forms: SentFile[][] = [];
  let bytes = 0;
  for (const each of files) {
    const form = forms.at(-1);
    if (form === undefined || form.length >= MOST_FILES || bytes + each.file.size > MOST_BYTES) {
      forms.push([each]);
      bytes = each.file.size;
    } else {
      form.push(each);
      bytes += each.file.size;
    }
  }
  return forms;
}
