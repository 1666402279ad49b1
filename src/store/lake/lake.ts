import { rmSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "#base/errors.js";
import {
  openCatalog,
  type Catalog,
  type Claim,
  type ClaimDecision,
  type ClaimOptions,
  type ObjectCandidate,
  type ObjectResult,
} from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import { makeFolders, STAGING, TMP } from "./lake-folders.ts";
import { discardSegments, publishSegments } from "./publish.ts";
import { recover } from "./recovery.ts";
import type { Rewrite } from "./remove-objects.ts";
import { isWriterAlive, takeWriter, type Writer } from "./writer-lock.ts";

/** A commit that meets a compaction is done over with the segments as they are then, this often. */
const MOST_CONFLICTS = 5;

/** The lake of one data folder, opened for writing: its catalog, and a writer's lock for as long as it is open. */
export class Lake {
  readonly dataDir: string;
  readonly catalog: Catalog;
  readonly #writer: Writer;
  /** Claims that were given up and still stand in the catalog. */
  #givenUp: readonly Claim[] = [];

  constructor(dataDir: string, catalog: Catalog, writer: Writer) {
    this.dataDir = dataDir;
    this.catalog = catalog;
    this.#writer = writer;
  }

  get writerId(): string {
    return this.#writer.id;
  }

  /** Claims the candidates that need reading for this writer. `final`: unfinished last lines count now; `reread`: all of them need it. */
  claim(sourceId: number, candidates: readonly ObjectCandidate[], options: ClaimOptions = {}): ClaimDecision[] {
    const isAlive = (writer: string): boolean => isWriterAlive(this.dataDir, writer);
    this.release([]);
    return this.catalog.claim(this.writerId, sourceId, candidates, isAlive, options);
  }

  /**
   * Gives claims up: others may read these objects. While the catalog cannot be written (it is locked, the disk is full) they are
   * kept in mind, and given up before the next claim: what a living writer has claimed is nobody else's.
   */
  release(claims: readonly Claim[]): void {
    this.#givenUp = [...this.#givenUp, ...claims];
    try {
      this.catalog.release(this.writerId, this.#givenUp);
      this.#givenUp = [];
    } catch {
      // Whoever gives up has an error of his own to tell.
    }
  }

  /**
   * Makes objects and the segments with their rows part of the lake, all or nothing. The rows that an object read anew had
   * in other segments are retired by the same commit.
   * @returns `same-content` when another writer has committed the same bytes meanwhile: nothing was changed then
   */
  async commitGroup(group: {
    objects: readonly ObjectResult[];
    segments: readonly Segment[];
  }): Promise<"committed" | "same-content"> {
    publishSegments(this.dataDir, this.writerId, group.segments);
    const replaced = group.objects.flatMap((object) => (object.replaces === true ? [object.objectId] : []));
    for (let attempt = 1; ; attempt++) {
      const rewrite = await this.#without(replaced);
      const segments = [...group.segments, ...rewrite.add];
      try {
        this.catalog.commit({ writer: this.writerId, objects: group.objects, segments, retire: rewrite.retire });
        return "committed";
      } catch (error) {
        // Only a refused commit is sure not to have happened. After any other error recovery compares files and list.
        if (!(error instanceof WeirError && error.kind === "conflict")) throw error;
        const { code } = error;
        discardSegments(this.dataDir, rewrite.add);
        if (code === "segments-changed" && attempt < MOST_CONFLICTS) continue;
        discardSegments(this.dataDir, group.segments);
        if (code === "same-content") return "same-content";
        throw error;
      }
    }
  }

  /** Makes this writer the one that derives, unless a living one does. */
  takeDerivation(): boolean {
    return this.catalog.takeDerivation(this.writerId, (writer) => isWriterAlive(this.dataDir, writer));
  }

  /** Clears away what dead writers left, and the files of segments that were retired longer than the grace ago. */
  clearAway(graceMs: number): void {
    recover(this.dataDir, this.catalog, Date.now(), graceMs);
  }

  /** Few commits replace rows: only those pay for loading DuckDB. */
  async #without(objectIds: readonly number[]): Promise<Rewrite> {
    if (objectIds.length === 0) return { retire: [], add: [] };
    return (await import("./remove-objects.ts")).removeObjectRows(this, objectIds);
  }

  /** Ends the writing: what was not committed is gone. */
  close(): void {
    this.catalog.close();
    try {
      for (const folder of [STAGING, TMP])
        rmSync(join(this.dataDir, folder, this.writerId), { recursive: true, force: true });
    } catch {
      // A disk that fails has been told of; the next writer's recovery clears up.
    }
    this.#writer.release();
  }
}

/**
 * Opens the lake of a data folder for writing, makes it if there is none, and clears away what dead writers left.
 * @throws WeirError when the folder cannot be written or is no lake
 */
export async function openLake(dataDir: string): Promise<Lake> {
  makeFolders(dataDir);
  const writer = takeWriter(dataDir);
  try {
    const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "write" });
    recover(dataDir, catalog);
    return new Lake(dataDir, catalog, writer);
  } catch (error) {
    writer.release();
    throw error;
  }
}
