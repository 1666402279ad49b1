import { Popover } from "radix-ui";
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { familyTitle, found, type Choice } from "./catalogue.ts";
import style from "./explore.module.css";

interface ChoosePopoverProps {
  readonly trigger: ReactNode;
  /** What is chosen, for the search field. */
  readonly what: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  /** Whether the families stand apart. */
  readonly inFamilies?: boolean;
  readonly onChoose: (name: string) => void;
}

/** A list to search and choose from, with what each thing means. */
export function ChoosePopover({ trigger, what, choices, chosen, inFamilies = false, onChoose }: ChoosePopoverProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={`menu ${style["choose"] ?? ""}`} align="start" sideOffset={4} aria-label={what}>
          <ChoiceList
            what={what}
            choices={choices.filter(({ name }) => !chosen.includes(name))}
            inFamilies={inFamilies}
            onChoose={(name) => {
              setOpen(false);
              onChoose(name);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function ChoiceList(props: Pick<ChoosePopoverProps, "what" | "choices" | "inFamilies" | "onChoose">) {
  const { what, choices, inFamilies = false, onChoose } = props;
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const shown = found(choices, search);
  const active = Math.min(at, shown.length - 1);
  const keys = (event: KeyboardEvent): void => {
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const choice = shown[active];
    if (event.key === "Enter" && choice !== undefined) onChoose(choice.name);
    if (move === 0 && event.key !== "Enter") return;
    event.preventDefault();
    const next = Math.max(0, Math.min(shown.length - 1, active + move));
    setAt(next);
    document.querySelector(`#${CSS.escape(`${id}-${next}`)}`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <>
      <input
        className={`input ${style["search"] ?? ""}`}
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={shown.length === 0 ? undefined : `${id}-${active}`}
        aria-label={`Search ${what}`}
        placeholder={`Search ${what}`}
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setAt(0);
        }}
        onKeyDown={keys}
      />
      <div id={id} role="listbox" aria-label={what} className={style["choices"]} tabIndex={-1}>
        {shown.length === 0 && <div className="menu-label">Nothing by that name.</div>}
        {shown.map((choice, place) => {
          const isFirst = inFamilies && search === "" && choice.family !== shown[place - 1]?.family;
          return (
            <div key={choice.name} role="presentation">
              {isFirst && (
                <div className="menu-label" role="presentation">
                  {familyTitle(choice.family)}
                </div>
              )}
              <button
                type="button"
                tabIndex={-1}
                id={`${id}-${place}`}
                role="option"
                aria-selected={place === active}
                className={style["choice"]}
                data-highlighted={place === active || undefined}
                onPointerMove={() => setAt(place)}
                onClick={() => onChoose(choice.name)}
              >
                <span>
                  {choice.heading} <code>{choice.name}</code>
                </span>
                <small>{choice.description}</small>
              </button>
            </div>
          );
        })}
      </div>
    </>
  );
}
