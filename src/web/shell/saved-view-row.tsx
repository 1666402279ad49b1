import { Pencil, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import type { SavedViewJson } from "#api/contract/index.js";
import { viewLink } from "./saved-view-match.ts";
import style from "./saved-views.module.css";

interface RowProps {
  readonly view: SavedViewJson;
  readonly isOpen: boolean;
  /** Of views of others. */
  readonly owner: string | undefined;
  readonly mayChange: boolean;
  readonly mayShare: boolean;
  readonly onOpen: () => void;
  readonly onChange: (changed: SavedViewJson) => Promise<void>;
  readonly onRemove: () => void;
}

/** One saved view: its link, and what its owner may do with it. */
export function SavedViewRow({ view, isOpen, owner, mayChange, mayShare, onOpen, onChange, onRemove }: RowProps) {
  const [isRenaming, setRenaming] = useState(false);
  const { name, shared, page } = view;
  const rename = (text: string): void => {
    setRenaming(false);
    if (text.trim() !== "" && text.trim() !== name) void onChange({ ...view, name: text.trim() });
  };
  return (
    <li className={style["row"]}>
      {isRenaming ? (
        <input
          className="input"
          aria-label={`New name of ${name}`}
          defaultValue={name}
          maxLength={200}
          // Whoever pressed “rename” is about to type.
          ref={(input) => input?.focus()}
          onBlur={(event) => rename(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") rename(event.currentTarget.value);
            if (event.key !== "Escape") return;
            event.stopPropagation();
            setRenaming(false);
          }}
        />
      ) : (
        <Link className={style["link"]} href={viewLink(view)} onClick={onOpen} aria-current={isOpen || undefined}>
          <span className={style["name"]}>{name}</span>
          <span className={style["detail"]}>
            {page === "/" ? "overview" : page.slice(1)}
            {owner !== undefined && ` · ${owner}`}
            {shared && owner === undefined && " · shared"}
          </span>
        </Link>
      )}
      {mayChange && (
        <span className={style["buttons"]}>
          {(mayShare || shared) && (
            <button
              type="button"
              className={style["icon"]}
              aria-pressed={shared}
              aria-label={`Share ${name}`}
              title={shared ? "Everybody sees it: keep it to yourself" : "Only you see it: share it"}
              onClick={() => void onChange({ ...view, shared: !shared })}
            >
              <Users size={14} aria-hidden="true" />
            </button>
          )}
          <button
            type="button"
            className={style["icon"]}
            aria-label={`Rename ${name}`}
            title="Rename"
            onClick={() => setRenaming(true)}
          >
            <Pencil size={14} aria-hidden="true" />
          </button>
          <button
            type="button"
            className={style["icon"]}
            aria-label={`Delete ${name}`}
            title="Delete"
            onClick={onRemove}
          >
            <Trash2 size={14} aria-hidden="true" />
          </button>
        </span>
      )}
    </li>
  );
}
