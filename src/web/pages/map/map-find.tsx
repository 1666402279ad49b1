import { Search } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { boxLabel, hasOwnValue, kindText, type MapBox, type MapTree } from "./map-tree.ts";
import style from "./map.module.css";

const MOST = 12;

/** Finds a box by name, id or address; `f` goes to it from anywhere on the page. */
export function MapFind({ tree, find }: { readonly tree: MapTree; readonly find: (box: MapBox) => void }) {
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const found = useMemo(() => foundBoxes(tree, text), [tree, text]);
  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== "f" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.select();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  const choose = (box: MapBox | undefined): void => {
    if (box === undefined) return;
    setOpen(false);
    find(box);
  };
  const keys = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setPlace((before) => (before + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter") choose(found[place]);
    else if (event.key === "Escape") setOpen(false);
  };
  const isListed = isOpen && text.trim() !== "";
  return (
    <div className={style["find"]}>
      <Search size={14} aria-hidden="true" />
      <input
        ref={input}
        className="input"
        role="combobox"
        aria-label="Find on the map"
        aria-expanded={isListed}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isListed && found.length > 0 ? `${list}-${place}` : undefined}
        placeholder="Find name, id, address (f)"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setPlace(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={keys}
      />
      <div
        id={list}
        role="listbox"
        aria-label="Found on the map"
        className={`menu ${style["foundList"]}`}
        hidden={!isListed}
      >
        {found.map((box, at) => (
          <div
            key={box.at}
            id={`${list}-${at}`}
            role="option"
            aria-selected={at === place}
            data-highlighted={at === place ? "" : undefined}
            className="menu-item"
            onPointerDown={(event) => {
              event.preventDefault();
              choose(box);
            }}
          >
            <span>{boxLabel(box)}</span>
            <span className={style["detail"]}>
              {hasOwnValue(box) ? `${kindText(box)} ${box.value}` : kindText(box)}
            </span>
          </div>
        ))}
        {found.length === 0 && (
          <div role="option" aria-selected="false" aria-disabled="true" className="menu-label">
            Nothing on this map is called so.
          </div>
        )}
      </div>
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Boxes whose name, id or address has the text in it; those that begin with it first. */
function foundBoxes(tree: MapTree, text: string): MapBox[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const begins: MapBox[] = [];
  const holds: MapBox[] = [];
  for (const box of tree.boxes) {
    const words = [boxLabel(box), box.value, box.instance ?? "", box.observer ?? ""].map((word) => word.toLowerCase());
    if (words.some((word) => word.startsWith(wanted))) begins.push(box);
    else if (words.some((word) => word.includes(wanted))) holds.push(box);
    if (begins.length >= MOST) break;
  }
  return [...begins, ...holds].slice(0, MOST);
}
