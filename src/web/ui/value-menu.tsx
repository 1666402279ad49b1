import { DropdownMenu } from "radix-ui";
import { useEffect, useSyncExternalStore, type ComponentType } from "react";
import type { MenuValue } from "./menu-value.ts";

interface Opened {
  readonly value: MenuValue;
  readonly anchor: HTMLElement;
  readonly Items: ComponentType<{ readonly value: MenuValue }>;
}

let opened: Opened | undefined;
const watchers = new Set<() => void>();

function put(next: Opened | undefined): void {
  mark(opened?.anchor, false);
  opened = next;
  mark(opened?.anchor, true);
  for (const tell of watchers) tell();
}

function mark(anchor: HTMLElement | undefined, isOpen: boolean): void {
  anchor?.setAttribute("data-state", isOpen ? "open" : "closed");
  anchor?.setAttribute("aria-expanded", String(isOpen));
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

/** The menu needs the field list and the filter language, which the page does without until then. */
const loadItems = async (): Promise<Opened["Items"]> => (await import("./value-menu-items.tsx")).ValueMenuItems;

/**
 * Opens the menu of a value beside an element, which gets the focus back. The page has one such menu: cells of large tables are
 * plain buttons that call this.
 */
export async function openValueMenu(value: MenuValue, anchor: HTMLElement): Promise<void> {
  const Items = await loadItems();
  put({ value, anchor, Items });
}

/** The one menu of all values; the shell draws it. */
export function ValueMenu() {
  const menu = useSyncExternalStore(watch, () => opened);
  useEffect(() => {
    if (menu === undefined) return undefined;
    const close = (event: Event): void => {
      if (!(event.target instanceof Element && event.target.closest("[role=menu]") !== null)) put(undefined);
    };
    addEventListener("scroll", close, { capture: true, passive: true });
    return () => removeEventListener("scroll", close, { capture: true });
  }, [menu]);
  if (menu === undefined) return null;
  const { value, anchor, Items } = menu;
  const { left, top, width, height } = anchor.getBoundingClientRect();
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(isOpen) => !isOpen && put(undefined)}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" style={{ position: "fixed", left, top, width, height, pointerEvents: "none" }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={`What to do with ${value.name ?? value.value ?? "unknown"}`}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (anchor.isConnected) anchor.focus({ preventScroll: true });
          }}
        >
          <Items value={value} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
