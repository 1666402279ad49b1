import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import type { FoundJson } from "#api/contract/index.js";
import { request } from "../../client/request.ts";
import style from "./path.module.css";

interface EndFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Milliseconds without a key before the server is asked. */
const REST = 150;
const MOST = 8;

/** One end of the question, with what people may mean by what they type. */
export function EndField({ label, placeholder, value, onChange }: EndFieldProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const found = useFound(value, isOpen);
  const isShown = isOpen && found.length > 0;
  const pick = (one: Found): void => {
    onChange(one.name ?? one.id);
    setOpen(false);
  };
  const move = (by: number): void => setAt((before) => (before + by + found.length) % Math.max(1, found.length));
  return (
    <div className={style["field"]}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        placeholder={placeholder}
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && at >= 0 ? `${id}-${at}` : undefined}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          const one = found[at];
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            setOpen(true);
            move(event.key === "ArrowDown" ? 1 : -1);
          } else if (event.key === "Escape") setOpen(false);
          else if (event.key === "Enter" && isShown && one !== undefined) {
            event.preventDefault();
            pick(one);
          }
        }}
      />
      {isShown && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={`${label}: suggestions`}
          className={`menu ${style["suggestions"]}`}
        >
          {found.map((one, index) => (
            // The field keeps the focus and has the keys.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={`${one.kind} ${one.id}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              className="menu-item"
              data-highlighted={index === at ? "" : undefined}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(one)}
            >
              <span>{one.name ?? one.id}</span>
              <span className={style["faint"]}>
                {[one.kind, one.name === null ? undefined : one.id].filter((part) => part !== undefined).join(" · ")}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

type Found = FoundJson["found"][number];

/** What may be meant; nothing while nobody can say. */
function useFound(typed: string, isWanted: boolean): readonly Found[] {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), REST);
    return () => clearTimeout(timer);
  }, [typed]);
  const found = useQuery({
    queryKey: ["find", asked],
    queryFn: ({ signal }) => request<FoundJson>(`/find?text=${encodeURIComponent(asked)}`, { signal }),
    enabled: isWanted && asked.length > 1 && asked.length <= 200,
    placeholderData: (before) => before,
  });
  return asked.length > 1 ? (found.data?.found ?? []).slice(0, MOST) : [];
}
