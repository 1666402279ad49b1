import { GripVertical, Plus, X } from "lucide-react";
import { useState, type DragEvent, type KeyboardEvent } from "react";
import { ChoosePopover } from "./choose-popover.tsx";
import type { Choice } from "./catalogue.ts";
import { moved } from "./state.ts";
import style from "./explore.module.css";

interface ChipsProps {
  /** What the chips are: `Group by`, `Measures`. */
  readonly title: string;
  readonly what: string;
  readonly words: readonly string[];
  readonly choices: readonly Choice[];
  readonly most: number;
  readonly inFamilies?: boolean;
  /** At least so many stay. */
  readonly least?: number;
  readonly onChange: (words: readonly string[]) => void;
}

/** Words in an order: drag, or Alt with an arrow, moves one; Delete takes it away. */
export function Chips({ title, what, words, choices, most, inFamilies = false, least = 0, onChange }: ChipsProps) {
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const remove = (at: number): void => {
    if (words.length > least) onChange(words.filter((_, place) => place !== at));
  };
  const keys = (event: KeyboardEvent, at: number): void => {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      remove(at);
    }
    const move = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!event.altKey || move === 0) return;
    event.preventDefault();
    onChange(moved(words, at, at + move));
  };
  const drop = (event: DragEvent, at: number): void => {
    event.preventDefault();
    if (dragged !== undefined && dragged !== at) onChange(moved(words, dragged, at));
    setDragged(undefined);
    setOver(undefined);
  };
  return (
    <div className={style["chips"]} role="group" aria-label={title}>
      <span className={style["label"]}>{title}</span>
      {words.map((word, at) => {
        const choice = choices.find(({ name }) => name === word);
        return (
          <span
            key={word}
            className={style["chip"]}
            data-family={choice?.family ?? "other"}
            data-over={over === at || undefined}
            draggable
            onDragStart={() => setDragged(at)}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(at);
            }}
            onDragLeave={() => setOver(undefined)}
            onDrop={(event) => drop(event, at)}
          >
            <button
              type="button"
              className={style["chip-name"]}
              title={`${choice?.description ?? "Not known here."} Alt and an arrow moves it, Delete takes it away.`}
              aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Delete"
              onKeyDown={(event) => keys(event, at)}
            >
              <GripVertical size={12} aria-hidden="true" /> {choice?.heading ?? word}
            </button>
            {words.length > least && (
              <button
                type="button"
                className={style["chip-remove"]}
                aria-label={`Remove ${choice?.heading ?? word}`}
                onClick={() => remove(at)}
              >
                <X size={12} />
              </button>
            )}
          </span>
        );
      })}
      {words.length < most && (
        <ChoosePopover
          what={what}
          choices={choices}
          chosen={words}
          inFamilies={inFamilies}
          onChoose={(name) => onChange([...words, name])}
          trigger={
            <button type="button" className={style["add"]} aria-label={`Add to ${title.toLowerCase()}`}>
              <Plus size={14} /> {words.length === 0 ? "total; add one" : "add"}
            </button>
          }
        />
      )}
    </div>
  );
}
