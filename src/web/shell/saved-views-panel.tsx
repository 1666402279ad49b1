import { useState, type FormEvent } from "react";
import { Link } from "wouter";
import type { SavedViewJson } from "#api/contract/index.js";
import { ProblemError } from "../client/request.ts";
import type { SavedViewsState } from "../client/saved-views.ts";
import { useSession } from "../client/session.ts";
import { SavedViewRow } from "./saved-view-row.tsx";
import { viewLink, type openView, type Place } from "./saved-view-match.ts";
import style from "./saved-views.module.css";

interface PanelProps {
  readonly saved: SavedViewsState;
  /** Where the page is: what is saved. */
  readonly place: Place;
  readonly open: ReturnType<typeof openView>;
  readonly onDone: () => void;
}

/** Saves what is on screen, updates the view that is open, and lists all. */
export function SavedViewsPanel({ saved, place, open, onDone }: PanelProps) {
  const user = useSession().data?.user;
  const [deleted, setDeleted] = useState<SavedViewJson>();
  const [shares, setShares] = useState(false);
  const mayShare = user !== null && user !== undefined && user.role !== "viewer";
  const isOwn = (view: SavedViewJson): boolean => view.owner === user?.name || user?.role === "admin";
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get("name")).trim();
    if (name === "") return;
    const search = place.search.replace(/^\?/, "");
    const view = { name, page: place.page, search: search === "" ? "" : `?${search}`, shared: shares };
    void saved.save(view).then(() => form.reset(), ignored);
  };
  const remove = (view: SavedViewJson): void => void saved.remove(view).then(() => setDeleted(view), ignored);
  const undo = ({ name, page, search, shared }: SavedViewJson): void =>
    void saved.save({ name, page, search, shared }).then(() => setDeleted(undefined), ignored);
  const update = (view: SavedViewJson): void => {
    const search = place.search.replace(/^\?/, "");
    void saved.change({ ...view, search: search === "" ? "" : `?${search}` }).catch(ignored);
  };
  return (
    <>
      {open?.isChanged === true && (
        <div className={style["changed"]} role="status">
          <span>
            <strong>{open.view.name}</strong> was changed since it was saved.
          </span>
          <span className={style["buttons"]}>
            {isOwn(open.view) && (
              <button type="button" className="button button-main" onClick={() => update(open.view)}>
                Update it
              </button>
            )}
            <SavedViewLink view={open.view} onDone={onDone} />
          </span>
        </div>
      )}
      <form className={style["form"]} onSubmit={submit}>
        <label className={style["field"]}>
          Save this view as
          <input className="input" name="name" maxLength={200} autoComplete="off" placeholder="Denied at the edge" />
        </label>
        {mayShare && (
          <label className={style["check"]}>
            <input type="checkbox" checked={shares} onChange={(event) => setShares(event.target.checked)} />
            Everybody sees it
          </label>
        )}
        <button type="submit" className="button">
          Save
        </button>
      </form>
      {saved.error !== null && <Told error={saved.error} />}
      {deleted !== undefined && (
        <p className={style["deleted"]} role="status">
          “{deleted.name}” is deleted.{" "}
          <button type="button" className={style["undo"]} onClick={() => undo(deleted)}>
            Undo
          </button>
        </p>
      )}
      <ul className={style["list"]} aria-label="Saved views">
        {saved.views.map((view) => (
          <SavedViewRow
            key={view.id}
            view={view}
            isOpen={view.id === open?.view.id}
            owner={view.owner === user?.name ? undefined : view.owner}
            mayChange={isOwn(view)}
            mayShare={mayShare}
            onOpen={onDone}
            onChange={(changed) => saved.change(changed).then(() => undefined, ignored)}
            onRemove={() => remove(view)}
          />
        ))}
      </ul>
      {saved.views.length === 0 && !saved.isPending && (
        <p className={style["none"]}>
          No view is saved yet. A view keeps page, filter, time and everything else of this link.
        </p>
      )}
    </>
  );
}

function SavedViewLink({ view, onDone }: { readonly view: SavedViewJson; readonly onDone: () => void }) {
  return (
    <Link className="button" href={viewLink(view)} onClick={onDone}>
      Back to it
    </Link>
  );
}

function Told({ error }: { readonly error: Error }) {
  return (
    <p className={style["failed"]} role="alert">
      {error.message}
      {error instanceof ProblemError && error.problem.detail !== undefined && ` ${error.problem.detail}`}
    </p>
  );
}

/** The state of the views tells of it. */
function ignored(): void {
  // Nothing more to do.
}
