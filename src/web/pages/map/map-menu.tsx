import { DropdownMenu } from "radix-ui";
import { joinFilters } from "../../state/filter-join.ts";
import { useView } from "../../state/view.ts";
import { endFilter } from "./map-filter.ts";
import { boxLabel, type MapBox } from "./map-tree.ts";
import style from "./map.module.css";

/** Which box's menu is open, and where. */
export interface MenuPlace {
  readonly box: MapBox;
  readonly x: number;
  readonly y: number;
}

interface MenuProps {
  readonly place: MenuPlace;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly toggle: (box: MapBox) => void;
  readonly stepInto: (box: MapBox) => void;
}

const entityKinds: Partial<Record<MapBox["kind"], string>> = {
  account: "account",
  network: "network",
  subnet: "subnet",
  address: "address",
  block: "block",
  public_block: "block",
};

/** What can be done with a box: open, step in, filter, its page, its conversations, copy. */
export function BoxMenu({ place: { box, x, y }, isOpen, close, toggle, stepInto }: MenuProps) {
  const { view, change, go } = useView();
  const holds = box.children.length > 0;
  const kind = entityKinds[box.kind];
  const either = endFilter(box, "either");
  const only = (filter: string | undefined): void => change({ q: joinFilters(view.filter, filter) });
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(opens) => !opens && close()}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" tabIndex={-1} className={style["anchor"]} style={{ left: x, top: y }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={2} aria-label={boxLabel(box)}>
          <DropdownMenu.Label className="menu-label">{boxLabel(box)}</DropdownMenu.Label>
          {holds && (
            <>
              <DropdownMenu.Item className="menu-item" onSelect={() => toggle(box)}>
                {isOpen ? "Close" : "Open"} <kbd>Enter</kbd>
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => stepInto(box)}>
                Step in
              </DropdownMenu.Item>
              <DropdownMenu.Separator className="menu-line" />
            </>
          )}
          {either !== undefined && (
            <>
              <DropdownMenu.Item className="menu-item" onSelect={() => only(either)}>
                Only this
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => only(`not ${either}`)}>
                Not this
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => only(endFilter(box, "client"))}>
                As client
              </DropdownMenu.Item>
              <DropdownMenu.Item className="menu-item" onSelect={() => only(endFilter(box, "server"))}>
                As server
              </DropdownMenu.Item>
              <DropdownMenu.Separator className="menu-line" />
            </>
          )}
          {kind !== undefined && (
            <DropdownMenu.Item className="menu-item" onSelect={() => go("/entity", { kind, id: box.value })}>
              Open its page
            </DropdownMenu.Item>
          )}
          {box.instance !== null && (
            <DropdownMenu.Item
              className="menu-item"
              onSelect={() => go("/entity", { kind: "instance", id: box.instance ?? "" })}
            >
              Open its instance
            </DropdownMenu.Item>
          )}
          {either !== undefined && (
            <DropdownMenu.Item
              className="menu-item"
              onSelect={() => go("/conversations", { q: joinFilters(view.filter, either) })}
            >
              Its conversations
            </DropdownMenu.Item>
          )}
          {kind !== undefined && (
            <DropdownMenu.Item className="menu-item" onSelect={() => void navigator.clipboard.writeText(box.value)}>
              Copy
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
