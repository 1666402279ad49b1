import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

/** A key or a sequence of keys, and what it does. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` has them, in sequence with blanks between: `/`, `g e`, `Escape`; `mod+k` is Ctrl or ⌘ with k. */
  readonly keys: string;
  /** What it does, for the help sheet: two or three words. */
  readonly says: string;
  /** Without it the key is only listed: the component that has the focus takes it itself. */
  readonly run?: () => void;
}

interface Scope {
  readonly name: string;
  readonly bindings: readonly KeyBinding[];
}

const scopes = new Map<symbol, Scope>();
const watchers = new Set<() => void>();
let list: readonly Scope[] = [];
/** Longest pause between the keys of a sequence, milliseconds. */
const PAUSE = 1200;

function changed(): void {
  const byName = new Map<string, KeyBinding[]>();
  for (const { name, bindings } of scopes.values()) byName.set(name, [...(byName.get(name) ?? []), ...bindings]);
  list = [...byName].map(([name, bindings]) => ({ name, bindings }));
  for (const tell of watchers) tell();
}

/**
 * Registers keys while the component is there, and lists them in the help sheet under the scope's name (`Everywhere`, the page's
 * title). Single keys do nothing while somebody types, or while a dialog is open. The last one registered wins.
 */
export function useKeys(scope: string, bindings: readonly KeyBinding[]): void {
  const runNow = useEffectEvent((keys: string) => bindings.find((each) => each.keys === keys)?.run?.());
  // Registered anew only when the keys are others: what they run is looked up when they are pressed.
  const signature = JSON.stringify(bindings.map(({ keys, says, run }) => ({ keys, says, runs: run !== undefined })));
  useEffect(() => {
    const id = Symbol(scope);
    const registered = JSON.parse(signature) as { keys: string; says: string; runs: boolean }[];
    scopes.set(id, {
      name: scope,
      bindings: registered.map(({ keys, says, runs }) => ({ keys, says, ...(runs && { run: () => runNow(keys) }) })),
    });
    listen();
    changed();
    return () => {
      scopes.delete(id);
      changed();
    };
  }, [scope, signature]);
}

/** All keys that work now, by scope. */
export function useKeyList(): readonly Scope[] {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => list,
  );
}

let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  const sequence = new KeySequence(() => list.toReversed().flatMap(({ bindings }) => bindings.toReversed()));
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (!hasModifier && (isTyping(event) || document.querySelector("dialog[open], [role=menu]") !== null)) return;
    if (sequence.press(keyName(event), event.timeStamp)) event.preventDefault();
  });
}

function keyName({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  const name = key.length === 1 && (ctrlKey || metaKey) ? key.toLowerCase() : key;
  return `${ctrlKey || metaKey ? "mod+" : ""}${altKey ? "alt+" : ""}${name}`;
}

/** Whether a key goes into a text. The editor of filters is in a shadow tree, so the first target counts. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type);
}

/** Finds what keys mean that come one after the other. */
export class KeySequence {
  readonly #bindings: () => readonly KeyBinding[];
  #pressed: readonly string[] = [];
  #last = -Infinity;

  constructor(bindings: () => readonly KeyBinding[]) {
    this.#bindings = bindings;
  }

  /** Runs what the keys so far mean. @returns whether the key was one of ours */
  press(key: string, atMs: number): boolean {
    if (["Shift", "mod+Control", "mod+Meta", "alt+Alt"].includes(key)) return false;
    const before = atMs - this.#last <= PAUSE ? this.#pressed : [];
    this.#last = atMs;
    const bindings = this.#bindings();
    for (const pressed of [[...before, key], [key]]) {
      const text = pressed.join(" ");
      const found = bindings.find(({ keys, run }) => keys === text && run !== undefined);
      if (found?.run !== undefined) {
        this.#pressed = [];
        found.run();
        return true;
      }
      if (bindings.some(({ keys, run }) => run !== undefined && keys.startsWith(`${text} `))) {
        this.#pressed = pressed;
        return true;
      }
    }
    this.#pressed = [];
    return false;
  }
}
