import { randomBytes } from "node:crypto";
import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";

interface Block {
  readonly id: string;
  readonly bytes: number;
}

const OPENER = { letter: "A", text: '{"records":[' };
const CLOSER = { letter: "Z", text: "]}" };

export interface GrowingBlobOptions {
  /** Old blobs have random ids for all blocks; new ones an A, D or Z before their digits. */
  readonly ids?: "letters" | "random";
}

/**
 * A blob that grows as Azure's writer of flow logs lets it grow: an opening block, a block a minute with one record or
 * more, and a closing block, before which each new block is put. What is committed is valid JSON always.
 * Source: Azure Network Watcher documentation, "Read flow logs" (block list of a PT1H.json).
 */
export class GrowingBlob {
  readonly client: BlockBlobClient;
  /** Bytes of all blocks that were ever put. */
  bytesWritten = 0;
  /** The tag of what was committed last. */
  etag = "";
  readonly #options: GrowingBlobOptions;
  #opener: Block | undefined;
  #closer: Block | undefined;
  #data: Block[] = [];

  constructor(container: ContainerClient, name: string, options: GrowingBlobOptions = {}) {
    this.client = container.getBlockBlobClient(name);
    this.#options = options;
  }

  get name(): string {
    return this.client.name;
  }

  /** The length of what is committed. */
  get size(): number {
    return [this.#opener, ...this.#data, this.#closer].reduce((sum, block) => sum + (block?.bytes ?? 0), 0);
  }

  /** Blocks with records. */
  get blocks(): number {
    return this.#data.length;
  }

  /** A fresh blob: nothing between the first block and the last. */
  async create(): Promise<void> {
    await this.#frame();
    await this.#commit();
  }

  /** A minute: one block with these records, put before the last one. */
  async append(...records: readonly object[]): Promise<void> {
    await this.#frame();
    const text = records.map((record) => JSON.stringify(record)).join(",");
    this.#data.push(await this.#put("D", this.#data.length === 0 ? text : `,${text}`));
    await this.#commit();
  }

  /**
   * Written anew from the beginning, with new blocks: what was there before is gone.
   * @param minutes the records of each block
   */
  async rewrite(minutes: readonly (readonly object[])[]): Promise<void> {
    this.#data = [];
    await this.#frame();
    for (const records of minutes) {
      const text = records.map((record) => JSON.stringify(record)).join(",");
      this.#data.push(await this.#put("D", this.#data.length === 0 ? text : `,${text}`));
    }
    await this.#commit();
  }

  /** Keeps the first blocks only; the blob is shorter then. */
  async truncate(blocks: number): Promise<void> {
    this.#data = this.#data.slice(0, blocks);
    await this.#commit();
  }

  /** Deletes it; the next {@link append} makes it again from nothing. */
  async delete(): Promise<void> {
    await this.client.delete();
    this.#data = [];
    this.#opener = undefined;
    this.#closer = undefined;
  }

  async #frame(): Promise<void> {
    this.#opener ??= await this.#put(OPENER.letter, OPENER.text);
    this.#closer ??= await this.#put(CLOSER.letter, CLOSER.text);
  }

  async #put(letter: string, text: string): Promise<Block> {
    const digits = letter === "D" ? randomBytes(16).toString("hex") : "0".repeat(32);
    const name = this.#options.ids === "random" ? randomBytes(16).toString("hex") : letter + digits;
    const id = Buffer.from(name).toString("base64");
    const bytes = Buffer.byteLength(text);
    await this.client.stageBlock(id, text, bytes);
    this.bytesWritten += bytes;
    return { id, bytes };
  }

  async #commit(): Promise<void> {
    const blocks = [this.#opener, ...this.#data, this.#closer].filter((block) => block !== undefined);
    const { etag = "" } = await this.client.commitBlockList(
      blocks.map(({ id }) => id),
      { blobHTTPHeaders: { blobContentType: "application/octet-stream" } },
    );
    this.etag = etag;
  }
}

/** A blob of nothing that stands for a folder, as tools for Data Lake leave them. */
export async function putFolderStub(container: ContainerClient, name: string): Promise<void> {
  await container.getBlockBlobClient(name).upload("", 0, { metadata: { hdi_isfolder: "true" } });
}
