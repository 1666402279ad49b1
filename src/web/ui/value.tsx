import { DropdownMenu } from "radix-ui";
import { useView } from "../state/view.ts";
import { withCondition } from "../state/filter-edit.ts";
import style from "./value.module.css";

interface ValueProps {
  /** Field of the filter that it is a value of, such as `client.ip`; and the fields of either end, where it has ends. */
  readonly field: string;
  readonly value: string | null;
  /** What people call it. */
  readonly name?: string | undefined;
  /** Shown in the place of the value. */
  readonly label?: string;
}

/** Fields whose values have a page of their own. */
const entityKinds: Readonly<Record<string, string>> = {
  ip: "address",
  instance: "instance",
  observer: "interface",
  subnet: "subnet",
  network: "network",
  account: "account",
};

/** The field without its end: `client.ip` and `client_ip` are `ip`. */
function plainField(field: string): string {
  return field.replace(/^(?:client|server|src|dst)[._]/, "").replace(/_id$/, "");
}

/** A value that can be worked with: only this, not this, as client, as server, open, copy. */
export function Value({ field, value, name, label }: ValueProps) {
  const { view, change, go } = useView();
  const plain = plainField(field);
  const kind = entityKinds[plain];
  const add = (toField: string, negate = false): void =>
    change({ q: withCondition(view.filter, { field: toField, value, negate }) });
  const shown = label ?? value ?? "unknown";
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={style["value"]} title={name === undefined ? undefined : `${name} ${value}`}>
        {name === undefined ? (
          shown
        ) : (
          <>
            <span className={style["name"]}>{name}</span> <span className={style["id"]}>{shown}</span>
          </>
        )}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4}>
          <DropdownMenu.Item className="menu-item" onSelect={() => add(field)}>
            Only this
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => add(field, true)}>
            Not this
          </DropdownMenu.Item>
          {kind !== undefined && (
            <>
              <DropdownMenu.Item className="menu-item" onSelect={() => add(`client.${plain}`)}>
                As client
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => add(`server.${plain}`)}>
                As server
              </DropdownMenu.Item>
            </>
          )}
          <DropdownMenu.Separator className="menu-line" />
          {kind !== undefined && value !== null && (
            <DropdownMenu.Item className="menu-item" onSelect={() => go("/entity", { kind, id: value })}>
              Open its page
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item
            className="menu-item"
            onSelect={() => go("/conversations", { q: withCondition(view.filter, { field, value }) })}
          >
            Its conversations
          </DropdownMenu.Item>
          {value !== null && (
            <DropdownMenu.Item className="menu-item" onSelect={() => void navigator.clipboard.writeText(value)}>
              Copy
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
