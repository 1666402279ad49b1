import { Columns3 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { allColumns, firstColumns } from "./row-columns.ts";
import type { RowDataset } from "./rows-state.ts";

interface ColumnChooserProps {
  readonly dataset: RowDataset;
  readonly shown: readonly string[];
  /** Undefined: those that people look at first. */
  readonly onChange: (ids: readonly string[] | undefined) => void;
}

/** Which columns the table has. */
export function ColumnChooser({ dataset, shown, onChange }: ColumnChooserProps) {
  const columns = allColumns(dataset);
  const groups = [...new Set(columns.map(({ group }) => group))];
  const toggle = (id: string): void => {
    const next = shown.includes(id) ? shown.filter((each) => each !== id) : [...shown, id];
    if (next.length > 0) onChange(next);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button">
        <Columns3 size={15} aria-hidden="true" /> Columns
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8} aria-label="Columns">
          <DropdownMenu.Item className="menu-item" onSelect={() => onChange(undefined)}>
            As at first ({firstColumns[dataset].length})
          </DropdownMenu.Item>
          {groups.map((group) => (
            <DropdownMenu.Group key={group}>
              <DropdownMenu.Label className="menu-label">{group}</DropdownMenu.Label>
              {columns
                .filter((column) => column.group === group)
                .map(({ id, heading }) => (
                  <DropdownMenu.CheckboxItem
                    key={id}
                    className="menu-item"
                    checked={shown.includes(id)}
                    onSelect={(event) => event.preventDefault()}
                    onCheckedChange={() => toggle(id)}
                  >
                    {heading}
                    <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
                  </DropdownMenu.CheckboxItem>
                ))}
            </DropdownMenu.Group>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
