import type { ReactNode } from "react";
import { Value } from "../../ui/value.tsx";
import { textIn, type NamedRow } from "./evidence-query.ts";
import style from "./facts.module.css";

/** Facts under a heading. */
export function FactGroup({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={style["group"]}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export interface Fact {
  readonly heading: string;
  /** What it means, on hover. */
  readonly title?: string | undefined;
  readonly content: ReactNode;
}

/** A list of facts; those without content are left out. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={style["list"]}>
      {facts
        .filter(({ content }) => content !== null && content !== undefined)
        .map(({ heading, title, content }) => (
          <div key={heading}>
            <dt title={title}>{heading}</dt>
            <dd>{content}</dd>
          </div>
        ))}
    </dl>
  );
}

interface FactValueProps {
  readonly row: NamedRow;
  readonly column: string;
  readonly names: Readonly<Record<string, string>>;
}

/** A row's value that can be worked with; nothing where there is none. */
export function FactValue({ row, column, names }: FactValueProps) {
  const text = textIn(row, column);
  return text === null ? (
    <span className={style["none"]}>–</span>
  ) : (
    <Value field={column} value={text} name={names[text]} />
  );
}
