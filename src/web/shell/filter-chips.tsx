import type { FilterTools } from "../state/filter-tools.ts";
import type { Chip, FilterState } from "../state/filter-work.ts";
import { FilterChip } from "./filter-chip.tsx";

import { useChipNames } from "./use-chip-names.ts";
import style from "./query-bar.module.css";

interface FilterChipsProps {
  readonly tools: FilterTools | undefined;
  readonly state: FilterState;
  readonly onChange: (next: FilterState) => void;
  /** Edits a stretch of the filter as text. */
  readonly onEdit: (from: number, to: number) => void;
}

/** The filter's conditions, those that are switched off at the end. */
export function FilterChips({ tools, state, onChange, onEdit }: FilterChipsProps) {
  const chips = tools?.chipsOf(state) ?? [];
  const names = useChipNames(tools, chips);
  if (tools === undefined) return state.on === "" ? null : <span className={style["waiting"]}>{state.on}</span>;
  const replace = (at: number, next: Partial<Chip> | undefined): void =>
    onChange(
      tools.stateOf(
        chips.flatMap((chip, index) => (index !== at ? [chip] : next === undefined ? [] : [{ ...chip, ...next }])),
      ),
    );
  return (
    <>
      {chips.map((chip, at) => (
        <FilterChip
          key={`${chip.isOff ? "off" : "on"} ${chip.from} ${chip.text}`}
          chip={chip}
          name={chip.value === undefined ? undefined : names[chip.value]}
          onEdit={() => (chip.isOff ? replace(at, { isOff: false }) : onEdit(chip.from, chip.to))}
          onNegate={() => replace(at, { text: tools.negated(chip) })}
          onSwitch={() => replace(at, { isOff: !chip.isOff })}
          onRemove={() => replace(at, undefined)}
        />
      ))}
    </>
  );
}
