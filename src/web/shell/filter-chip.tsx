import { X } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { Chip } from "../state/filter-work.ts";
import { FilterText } from "./filter-text.tsx";
import style from "./filter-chip.module.css";

interface FilterChipProps {
  readonly chip: Chip;
  /** What people call its value. */
  readonly name?: string | undefined;
  readonly onEdit: () => void;
  readonly onNegate: () => void;
  readonly onSwitch: () => void;
  readonly onRemove: () => void;
}

/** A condition of the filter: opens what can be done with it; Delete takes it away. */
export function FilterChip({ chip, name, onEdit, onNegate, onSwitch, onRemove }: FilterChipProps) {
  const { text, isOff } = chip;
  const isDenied = /^(?:(?:client|server)[._])?verdict\s*=\s*(?:denied|deny|reject|dropped)$/i.test(text);
  const classes = [style["chip"], isOff ? style["off"] : undefined, isDenied ? style["denied"] : undefined];
  return (
    <span className={classes.filter((each) => each !== undefined).join(" ")}>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          className={style["text"]}
          title={isOff ? `${text} (switched off)` : text}
          aria-label={`Condition ${text}${isOff ? ", switched off" : ""}`}
          onKeyDown={(event) => {
            if (event.key !== "Delete" && event.key !== "Backspace") return;
            event.preventDefault();
            onRemove();
          }}
        >
          <span className={style["words"]}>
            <FilterText text={text} />
          </span>
          {name !== undefined && <span className={style["name"]}>{name}</span>}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="start" sideOffset={4}>
            <Item text="Edit as text" onSelect={onEdit} />
            <Item text="Turn around" onSelect={onNegate} />
            <Item text={isOff ? "Switch on again" : "Switch off for now"} onSelect={onSwitch} />
            <DropdownMenu.Separator className="menu-line" />
            <Item text="Remove" onSelect={onRemove} />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <button type="button" className={style["remove"]} aria-label={`Remove ${text}`} tabIndex={-1} onClick={onRemove}>
        <X size={12} aria-hidden="true" />
      </button>
    </span>
  );
}

function Item({ text, onSelect }: { readonly text: string; readonly onSelect: () => void }) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      {text}
    </DropdownMenu.Item>
  );
}
