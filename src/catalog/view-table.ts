import { randomUUID } from "node:crypto";
import type { Clock } from "#base/clock.js";
import { WeirError } from "#base/errors.js";
import type { Database, Row } from "./database.ts";

/** A page of the console with its whole state, under a name. */
export interface StoredView {
  readonly id: string;
  readonly name: string;
  readonly page: string;
  /** The query string of its link. */
  readonly search: string;
  readonly owner: string;
  /** Whether everybody sees it. */
  readonly shared: boolean;
  readonly updatedAtMs: number;
}

export type ViewContent = Pick<StoredView, "name" | "page" | "search" | "shared">;

/** Of one owner; somebody's script must not fill the catalog. */
const MOST_VIEWS = 500;

/** Saved views. Calls are synchronous; each is one transaction. Who may do what is for the caller to decide. */
export class ViewTable {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** What a person sees: the own ones and those that others share, by name. */
  seenBy(owner: string): StoredView[] {
    const sql = "SELECT * FROM saved_views WHERE owner = ? OR shared = 1 ORDER BY lower(name), id";
    return this.#db.all(sql, [owner]).map(viewOf);
  }

  view(id: string): StoredView | undefined {
    const row = this.#db.get("SELECT * FROM saved_views WHERE id = ?", [id]);
    return row === undefined ? undefined : viewOf(row);
  }

  /** @throws WeirError `view-exists`, `too-many-views` */
  add(owner: string, content: ViewContent): StoredView {
    return this.#db.write(() => {
      this.#leaveNames(owner, content.name, null);
      const count = Number(this.#db.get("SELECT count(*) AS n FROM saved_views WHERE owner = ?", [owner])?.["n"]);
      if (count >= MOST_VIEWS) throw tooMany(owner);
      const view = { id: randomUUID(), owner, updatedAtMs: this.#clock.now(), ...content };
      this.#db.run(
        "INSERT INTO saved_views (id, name, page, search, owner, shared, updated_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [view.id, view.name, view.page, view.search, owner, BigInt(view.shared), BigInt(view.updatedAtMs)],
      );
      return view;
    });
  }

  /** @param before the view as it was looked at @throws WeirError `unknown-view` when it is gone, `view-exists` */
  change({ id, owner }: StoredView, content: ViewContent): StoredView {
    return this.#db.write(() => {
      this.#leaveNames(owner, content.name, id);
      const view = { id, owner, updatedAtMs: this.#clock.now(), ...content };
      const changed = this.#db.run(
        "UPDATE saved_views SET name = ?, page = ?, search = ?, shared = ?, updated_at_ms = ? WHERE id = ?",
        [view.name, view.page, view.search, BigInt(view.shared), BigInt(view.updatedAtMs), id],
      );
      if (changed === 0) throw unknownView();
      return view;
    });
  }

  /** @throws WeirError `unknown-view` when it is gone */
  remove(id: string): void {
    if (this.#db.run("DELETE FROM saved_views WHERE id = ?", [id]) === 0) throw unknownView();
  }

  /** A name stands for one view of its owner. */
  #leaveNames(owner: string, name: string, but: string | null): void {
    const sql = "SELECT 1 AS one FROM saved_views WHERE owner = ? AND lower(name) = lower(?) AND id IS NOT ?";
    if (this.#db.get(sql, [owner, name, but]) === undefined) return;
    throw new WeirError({
      code: "view-exists",
      kind: "conflict",
      message: `there is a view “${name}” already`,
      place: "name",
      next: "Choose another name, or open that view and update it.",
    });
  }
}

function viewOf(row: Row): StoredView {
  const text = (name: string): string => String(row[name]);
  return {
    id: text("id"),
    name: text("name"),
    page: text("page"),
    search: text("search"),
    owner: text("owner"),
    shared: row["shared"] === 1,
    updatedAtMs: Number(row["updated_at_ms"]),
  };
}

/** What is told of a view that is not there, and of one that is not to be seen. */
export function unknownView(): WeirError {
  return new WeirError({
    code: "unknown-view",
    kind: "usage",
    message: "there is no such view, or nobody shares it with you",
    next: "GET /api/v1/views lists those that you see.",
  });
}

function tooMany(owner: string): WeirError {
  return new WeirError({
    code: "too-many-views",
    kind: "conflict",
    message: `${owner} has ${MOST_VIEWS} views already`,
    next: "Delete some that are not needed any more.",
  });
}
