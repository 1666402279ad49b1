import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionKeymap,
  completionStatus,
  moveCompletionSelection,
  selectedCompletionIndex,
  startCompletion,
} from "@codemirror/autocomplete";
import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { LRLanguage, syntaxHighlighting } from "@codemirror/language";
import { linter, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder, tooltips, type KeyBinding } from "@codemirror/view";
import type { DatasetName } from "#model/datasets.js";
import { colouringParser } from "../../state/filter-colours.ts";
import { mistakesOf } from "../../state/filter-mistakes.ts";
import { filterCompletion, spaceOnce } from "./complete.ts";
import { filterColours, filterTheme } from "./theme.ts";

export interface EditorSettings {
  /** An empty element of its own; the editor lives in its shadow, where its styles need no markup. */
  readonly host: HTMLElement;
  readonly text: string;
  readonly selection: { readonly from: number; readonly to: number };
  readonly label: string;
  readonly hint: string;
  readonly dataset: () => DatasetName;
  readonly past: () => readonly string[];
  readonly onChange: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onCancel: () => void;
  readonly onLeave: (text: string) => void;
  /** The key before the first character was deleted; whether something came of it. */
  readonly onBackspace: () => boolean;
}

export interface FilterEditorHandle {
  readonly focus: () => void;
  /** Goes on where a field was left: with the completion that the typed word would have had. */
  readonly takeOver: () => void;
  readonly text: () => string;
  /** Puts another text in, and the cursor behind it unless a stretch is selected. */
  readonly put: (text: string, selection?: { readonly from: number; readonly to: number }) => void;
  /** Names the field, and says what to write in it while it is empty. */
  readonly name: (label: string, hint: string) => void;
  readonly end: () => void;
}

/** Milliseconds without a key before a mistake is underlined. */
const LINT_DELAY = 500;

/** A one-line editor of filters. */
export function makeEditor(settings: EditorSettings): FilterEditorHandle {
  const { host, text, selection, label, hint } = settings;
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  const floating = document.createElement("div");
  shadow.replaceChildren(place, floating);
  const names = new Compartment();
  const view = new EditorView({
    root: shadow,
    parent: place,
    doc: "",
    extensions: [
      oneLine,
      history(),
      LRLanguage.define({ name: "filter", parser: colouringParser }),
      syntaxHighlighting(filterColours),
      filterTheme,
      names.of(namesOf(label, hint)),
      tooltips({ parent: floating, position: "fixed" }),
      autocompletion({
        override: [filterCompletion(settings.dataset)],
        icons: false,
        selectOnOpen: false,
        closeOnBlur: true,
      }),
      spaceOnce,
      linter((current) => diagnosticsOf(current, settings.dataset()), { delay: LINT_DELAY }),
      Prec.highest(keymap.of(ownKeys(settings))),
      keymap.of([...completionKeymap, ...historyKeymap, ...standardKeymap]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) settings.onChange(update.state.doc.toString());
      }),
      EditorView.domEventHandlers({
        beforeinput: typeOverSelection,
        blur: (_event, current) => {
          closeCompletion(current);
          settings.onLeave(current.state.doc.toString());
        },
      }),
    ],
  });
  const put: FilterEditorHandle["put"] = (next, wanted) => {
    const anchor = wanted?.from ?? next.length;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: next },
      selection: { anchor, head: wanted?.to ?? anchor },
      scrollIntoView: true,
    });
  };
  put(text, selection);
  return {
    focus: () => view.focus(),
    takeOver: () => {
      view.focus();
      if (view.state.selection.main.empty && view.state.doc.length > 0) startCompletion(view);
    },
    text: () => view.state.doc.toString(),
    put,
    name: (nextLabel, nextHint) => view.dispatch({ effects: names.reconfigure(namesOf(nextLabel, nextHint)) }),
    end: () => view.destroy(),
  };
}

function namesOf(label: string, hint: string): Extension {
  return [
    placeholder(hint),
    EditorView.contentAttributes.of({ "aria-label": label, autocapitalize: "off", autocorrect: "off" }),
  ];
}

/**
 * Typing over selected words is done here: the browser would keep their weight in a style attribute, which a strict content
 * security policy refuses, with a complaint.
 */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== "insertText" || event.data === null || view.composing || view.state.selection.main.empty)
    return false;
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

/** Line breaks are characters as others in a text of one line; pasted ones are blanks. */
const oneLine: Extension = [
  EditorState.lineSeparator.of("\u0000"),
  EditorView.clipboardInputFilter.of((pasted) => pasted.replaceAll(/\s*[\r\n]+\s*/g, " ")),
];

function ownKeys(settings: EditorSettings): readonly KeyBinding[] {
  const { onRun, onCancel, onBackspace } = settings;
  let back = -1;
  const fromPast = (view: EditorView, by: number): boolean => {
    const past = settings.past();
    const text = view.state.doc.toString();
    if (back >= 0 && past[back] !== text) back = -1;
    if (back < 0 && text !== "") return false;
    back = Math.min(back + by, past.length - 1);
    const next = back < 0 ? "" : (past[back] ?? "");
    view.dispatch({ changes: { from: 0, to: text.length, insert: next }, selection: { anchor: next.length } });
    return true;
  };
  return [
    {
      key: "Enter",
      // Takes the option that was chosen; asks what is right; finishes by the first option what is not.
      run: (view) => {
        const isOpen = completionStatus(view.state) === "active";
        const isRight = mistakesOf(view.state.doc.toString(), settings.dataset()).length === 0;
        if (isOpen && (selectedIndex(view) >= 0 || !isRight)) return takeOption(view);
        closeCompletion(view);
        onRun(view.state.doc.toString());
        return true;
      },
    },
    {
      key: "Tab",
      run: (view) => {
        const status = completionStatus(view.state);
        // Values are on their way: the field is not left yet.
        if (status !== "active") return status === "pending";
        return takeOption(view);
      },
    },
    {
      key: "Escape",
      run: (view) => {
        if (!closeCompletion(view)) onCancel();
        return true;
      },
    },
    {
      key: "ArrowUp",
      run: (view) => completionStatus(view.state) !== "active" && fromPast(view, 1),
    },
    {
      key: "ArrowDown",
      run: (view) => {
        if (completionStatus(view.state) === "active") return false;
        return (back >= 0 && fromPast(view, -1)) || startCompletion(view);
      },
    },
    { key: "Backspace", run: (view) => view.state.doc.length === 0 && onBackspace() },
  ];
}

/** Takes the option that was chosen, else the first. */
function takeOption(view: EditorView): boolean {
  if (selectedIndex(view) < 0) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

function selectedIndex(view: EditorView): number {
  return selectedCompletionIndex(view.state) ?? -1;
}

/** Mistakes with their fix; what is merely not finished yet at the cursor is none. */
function diagnosticsOf(view: EditorView, dataset: DatasetName): Diagnostic[] {
  const text = view.state.doc.toString();
  const isWriting = view.hasFocus && view.state.selection.main.head === text.length;
  return mistakesOf(text, dataset)
    .filter(({ from }) => !isWriting || from < text.trimEnd().length)
    .map(({ from, to, message, suggestion, next }) => ({
      from,
      to,
      severity: "error" as const,
      message: next === undefined || suggestion !== undefined ? message : `${message} ${next}`,
      ...(suggestion !== undefined && {
        actions: [
          {
            name: `Write ${suggestion}`,
            apply: (current: EditorView, start: number, end: number) =>
              current.dispatch({ changes: { from: start, to: end, insert: suggestion } }),
          },
        ],
      }),
    }));
}
