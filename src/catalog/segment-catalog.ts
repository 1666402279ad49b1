import type { Clock } from "#base/clock.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import type { Database } from "./database.ts";
import { NameCatalog } from "./name-catalog.ts";
import { earlierSegments, forgetSegments, segmentsOfObjects } from "./segments.ts";
import { objectContents } from "./totals.ts";
import type { ObjectContent } from "./types.ts";

/** What the catalog knows of segments that are no more, and of what rows came from. Calls are synchronous; each is one transaction. */
export class SegmentCatalog extends NameCatalog {
  readonly #db: Database;

  constructor(db: Database, clock: Clock) {
    super(db, clock);
    this.#db = db;
  }

  /** See {@link earlierSegments}. */
  earlierSegments(table: TableName, version: number): ReturnType<typeof earlierSegments> {
    return earlierSegments(this.#db, table, version);
  }

  /** Live segments that hold rows of any of the objects. */
  segmentsOfObjects(objectIds: readonly number[]): Segment[] {
    return segmentsOfObjects(this.#db, objectIds);
  }

  /** Segments retired before a moment: nobody reads their files any more once the longest query is over. */
  retiredSegments(beforeMs: number): { id: string; path: string }[] {
    return this.#db
      .all("SELECT id, path FROM segments WHERE retired_at_ms IS NOT NULL AND retired_at_ms <= ?", [BigInt(beforeMs)])
      .map((row) => ({ id: String(row["id"]), path: String(row["path"]) }));
  }

  /** Takes retired segments, whose files are gone, off the list. */
  forgetSegments(ids: readonly string[]): void {
    forgetSegments(this.#db, ids);
  }

  /** The paths of all segments, live and retired. */
  listedPaths(): Set<string> {
    return new Set(this.#db.all("SELECT path FROM segments").map((row) => String(row["path"])));
  }

  /** Where the records of some objects stand, and by what their content is known. */
  objectContents(objectIds: readonly number[]): ObjectContent[] {
    return objectContents(this.#db, objectIds);
  }
}
