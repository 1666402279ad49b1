import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** A directory that objects are written to under their keys. */
export class ObjectFolder {
  readonly #root: string;
  readonly #made = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  async write(key: string, content: Uint8Array | string): Promise<void> {
    await writeFile(await this.pathOf(key), content);
  }

  async append(key: string, content: string): Promise<void> {
    await appendFile(await this.pathOf(key), content);
  }

  /** The path of a key, its folder made. */
  async pathOf(key: string): Promise<string> {
    const target = path.join(this.#root, ...key.split("/"));
    const folder = path.dirname(target);
    if (!this.#made.has(folder)) {
      await mkdir(folder, { recursive: true });
      this.#made.add(folder);
    }
    return target;
  }
}
