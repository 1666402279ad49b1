import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";
import type { FilterDataset } from "../state/view.ts";
import type { EditorSettings, FilterEditorHandle } from "./editor/make-editor.ts";

export interface EditorUse {
  /** What stands there; another one takes the place of what is being written. */
  readonly text: string;
  readonly selection?: { readonly from: number; readonly to: number } | undefined;
  readonly dataset: FilterDataset;
  readonly label: string;
  readonly hint: string;
  readonly isFocused?: boolean;
  /** Texts that arrow up brings back, the newest first. */
  readonly past: () => readonly string[];
  readonly onChange: () => void;
  readonly onRun: (text: string) => void;
  readonly onCancel: () => void;
  readonly onLeave: (text: string) => void;
  readonly onBackspace?: () => boolean;
}

interface LoadedEditor {
  readonly isReady: boolean;
  /** Loads the editor. */
  readonly want: () => void;
  readonly editor: RefObject<FilterEditorHandle | undefined>;
}

/** The editor, loaded when it is wanted: it goes on where the field was, and always calls what the component was last given. */
export function useEditor(
  use: EditorUse,
  host: RefObject<HTMLElement | null>,
  field: RefObject<HTMLInputElement | null>,
): LoadedEditor {
  const { text, selection, label, hint, isFocused = false } = use;
  const editor = useRef<FilterEditorHandle>(undefined);
  const takesFocus = useRef(false);
  const [isWanted, setWanted] = useState(isFocused);
  const [isReady, setReady] = useState(false);

  const datasetNow = useEffectEvent(() => use.dataset);
  const pastNow = useEffectEvent(() => use.past());
  const changed = useEffectEvent(() => use.onChange());
  const ran = useEffectEvent((next: string) => use.onRun(next));
  const cancelled = useEffectEvent(() => use.onCancel());
  const left = useEffectEvent((next: string) => use.onLeave(next));
  const wentBack = useEffectEvent(() => use.onBackspace?.() ?? false);
  const settingsFor = useEffectEvent((place: HTMLElement): EditorSettings => {
    takesFocus.current = isFocused || document.activeElement === field.current;
    const written = field.current?.value ?? text;
    const { selectionStart, selectionEnd } = field.current ?? {};
    return {
      host: place,
      text: written,
      selection: selection ?? { from: selectionStart ?? written.length, to: selectionEnd ?? written.length },
      label,
      hint,
      dataset: () => datasetNow(),
      past: () => pastNow(),
      onChange: () => changed(),
      onRun: (next) => ran(next),
      onCancel: () => cancelled(),
      onLeave: (next) => left(next),
      onBackspace: () => wentBack(),
    };
  });

  useEffect(() => {
    if (!isWanted) return undefined;
    let isGone = false;
    const load = async (): Promise<void> => {
      const { makeEditor } = await import("./editor/make-editor.ts");
      if (isGone || host.current === null) return;
      editor.current = makeEditor(settingsFor(host.current));
      // At once: a key that is pressed before the editor has the focus would go to the field, and be lost with it.
      flushSync(() => setReady(true));
    };
    // Without the editor the field still takes a filter and runs it.
    load().catch(() => undefined);
    return () => {
      isGone = true;
      editor.current?.end();
      editor.current = undefined;
    };
  }, [isWanted, host]);

  useLayoutEffect(() => {
    if (isReady && takesFocus.current) editor.current?.takeOver();
  }, [isReady]);

  useEffect(() => {
    if (editor.current !== undefined && editor.current.text() !== text) editor.current.put(text, selection);
  }, [text, selection]);

  useEffect(() => editor.current?.name(label, hint), [label, hint]);

  return { isReady, want: () => setWanted(true), editor };
}
