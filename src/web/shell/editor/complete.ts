import type { CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { startCompletion } from "@codemirror/autocomplete";
import type { Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { CompletionJson } from "#api/contract/index.js";
import { completeFilter } from "#filter/index.js";
import type { DatasetName } from "#model/datasets.js";
import { request } from "../../client/request.ts";

type Option = CompletionJson["options"][number];

/** Completion of filters: fields and operators are known here, values come from the data by way of the server. */
export function filterCompletion(dataset: () => DatasetName): CompletionSource {
  return async (context) => {
    const text = context.state.doc.toString();
    const { pos } = context;
    if (!context.explicit && text.slice(0, pos).trim() === "") return null;
    const found = await optionsAt(text, pos, dataset(), context);
    if (context.aborted || found.options.length === 0) return null;
    return resultOf(found);
  };
}

async function optionsAt(
  text: string,
  cursor: number,
  dataset: DatasetName,
  context: CompletionContext,
): Promise<CompletionJson> {
  let wantsValues = false;
  const known = await completeFilter(text, cursor, dataset, () => {
    wantsValues = true;
    return [];
  });
  const own: CompletionJson = { from: known.from, to: known.to, options: [...known.options] };
  if (!wantsValues) return own;
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort(), { onDocChange: true });
  try {
    return await request<CompletionJson>("/filter/complete", {
      method: "POST",
      body: { dataset, text, cursor },
      signal: stop.signal,
    });
  } catch {
    // Who types goes on typing without values: a server that does not answer shows elsewhere.
    return own;
  }
}

function resultOf({ from, to, options }: CompletionJson): CompletionResult {
  return {
    from,
    to,
    filter: false,
    options: options.map((option) => ({
      label: option.label,
      detail: option.detail,
      type: option.kind,
      apply: (view: EditorView, _completion: unknown, start: number, end: number) => insert(view, option, start, end),
    })),
  };
}

/** Writes an option; after a field or an operator goes on with what comes next. */
function insert(view: EditorView, { label, kind }: Option, from: number, to: number): void {
  const goesOn = kind !== "value" && label !== ")";
  const isList = kind === "operator" && (label === "in" || label === "not in");
  const rest = view.state.sliceDoc(to, to + 1);
  const text = `${label}${isList ? " (" : goesOn && rest !== " " ? " " : ""}`;
  const at = from + text.length + (goesOn && !isList && rest === " " ? 1 : 0);
  view.dispatch({
    changes: { from, to, insert: text },
    selection: { anchor: at },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  if (!goesOn) return;
  spaced.set(view, view.state.doc);
  startCompletion(view);
}

/** Texts that end a completion with a blank, until something else is written. */
const spaced = new WeakMap<EditorView, Text>();

/** Who writes the blank after a word that was completed with one writes it once. */
export const spaceOnce = EditorView.inputHandler.of((view, from, _to, text) => {
  return text === " " && spaced.get(view) === view.state.doc && view.state.sliceDoc(from - 1, from) === " ";
});
