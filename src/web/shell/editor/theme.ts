import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Colours by the grammar's words; the same as those of filter-text.module.css. */
export const filterColours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent-ink)" },
  { tag: tags.operator, color: "var(--ink-faint)" },
  { tag: tags.keyword, color: "var(--ink-faint)" },
  { tag: tags.literal, color: "var(--ink)", fontWeight: "600" },
  { tag: tags.punctuation, color: "var(--ink-faint)" },
]);

/** The editor looks as the text that stands there before it is loaded. */
export const filterTheme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent", fontSize: "var(--text-small)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5rem", overflow: "auto hidden", scrollbarWidth: "none" },
  ".cm-content": { padding: "0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0" },
  ".cm-placeholder": { color: "var(--ink-faint)", fontFamily: "var(--sans)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--denied) 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-lintPoint-error::after": { borderBottomColor: "var(--denied)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    maxHeight: "19rem",
    fontFamily: "var(--mono)",
    fontSize: "var(--text-small)",
    minWidth: "16rem",
    maxWidth: "min(40rem, 92vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    display: "flex",
    gap: "1rem",
    alignItems: "baseline",
    justifyContent: "space-between",
    padding: "0.25rem 0.6rem",
    lineHeight: "1.4",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-ink)",
  },
  ".cm-completionDetail": {
    marginLeft: "0",
    overflow: "hidden",
    color: "var(--ink-faint)",
    fontFamily: "var(--sans)",
    fontSize: "var(--text-tiny)",
    fontStyle: "normal",
    textOverflow: "ellipsis",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-diagnostic": { padding: "0.4rem 0.6rem", borderLeft: "3px solid var(--denied)", fontSize: "var(--text-small)" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "4px",
    padding: "2px 8px",
  },
});
