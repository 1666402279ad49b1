import { styleTags, tagHighlighter, tags, highlightCode } from "@lezer/highlight";
import { filterParser } from "#filter/index.js";

/** The parser of filters that knows what each word is: for the editor, and for texts that are only shown. */
export const colouringParser = filterParser.configure({
  props: [
    styleTags({
      Field: tags.propertyName,
      "CompareSign MatchSign": tags.operator,
      "And Or Not In Like Is Known Unknown": tags.keyword,
      "Value String": tags.literal,
      "( ) ,": tags.punctuation,
    }),
  ],
});

export type WordKind = "field" | "operator" | "keyword" | "value" | "sign" | "";

const highlighter = tagHighlighter([
  { tag: tags.propertyName, class: "field" },
  { tag: tags.operator, class: "operator" },
  { tag: tags.keyword, class: "keyword" },
  { tag: tags.literal, class: "value" },
  { tag: tags.punctuation, class: "sign" },
]);

export interface ColouredWord {
  /** Where it begins in the text. */
  readonly from: number;
  readonly text: string;
  readonly kind: WordKind;
}

/** A filter's text in pieces of one kind each; together they are the text. */
export function coloured(text: string): readonly ColouredWord[] {
  const pieces: ColouredWord[] = [];
  let from = 0;
  const add = (piece: string, kind: string): void => {
    pieces.push({ from, text: piece, kind: kind as WordKind });
    from += piece.length;
  };
  highlightCode(text, colouringParser.parse(text), highlighter, add, () => add("\n", ""));
  return pieces;
}
