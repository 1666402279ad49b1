import { X } from "lucide-react";
import type { RowsState } from "./rows-state.ts";
import style from "./row-panel.module.css";

interface RowPanelProps {
  readonly state: RowsState;
  readonly word: string;
  readonly onClose: () => void;
}

/** All that is known of one row. */
export function RowPanel({ word, onClose }: RowPanelProps) {
  return (
    <aside className={style["panel"]} aria-label="The chosen row">
      <header>
        {word}
        <button type="button" className="button button-quiet" aria-label="Close" onClick={onClose}>
          <X size={16} />
        </button>
      </header>
    </aside>
  );
}
