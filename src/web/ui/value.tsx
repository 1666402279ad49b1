import type { MenuValue } from "./menu-value.ts";
import { openValueMenu } from "./value-menu.tsx";
import style from "./value.module.css";

interface ValueProps extends MenuValue {
  /** Shown in the place of the value. */
  readonly label?: string | undefined;
}

/**
 * A value that can be worked with: only this, not this, as client, as server, open, copy. It is a plain button, and light enough
 * for tables of thousands of cells: all share one menu.
 */
export function Value({ field, value, name, label }: ValueProps) {
  const shown = label ?? value ?? "unknown";
  return (
    <button
      type="button"
      className={style["value"]}
      aria-haspopup="menu"
      title={name === undefined ? undefined : `${name} ${value ?? ""}`}
      onClick={(event) => {
        event.stopPropagation();
        void openValueMenu({ field, value, name }, event.currentTarget);
      }}
    >
      {name === undefined ? (
        <span className={value === null ? style["id"] : style["plain"]}>{shown}</span>
      ) : (
        <>
          <span className={style["name"]}>{name}</span> <span className={style["id"]}>{shown}</span>
        </>
      )}
    </button>
  );
}
