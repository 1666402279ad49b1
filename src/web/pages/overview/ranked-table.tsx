import type { ReactNode } from "react";
import { Link } from "wouter";
import { fullCount, humanCount } from "#base/human.js";
import style from "./overview.module.css";

/** A column of a ranked table. Those of texts without a kind share what room is left. */
export interface RankedColumn {
  readonly heading: string;
  /** `bar`: its heading is read out and not seen. */
  readonly kind?: "narrow" | "place" | "time" | "number" | "count" | "bar";
}

const classes: Readonly<Record<NonNullable<RankedColumn["kind"]>, string | undefined>> = {
  narrow: style["narrow"],
  place: style["place"],
  time: style["time"],
  number: `number ${style["narrow"]}`,
  count: `number ${style["count"]}`,
  bar: style["bar-column"],
};

interface RankedTableProps {
  readonly columns: readonly RankedColumn[];
  /** Bodies of the table. */
  readonly children: ReactNode;
}

/** A table of the Overview: each column keeps its width, whatever stands in it. */
export function RankedTable({ columns, children }: RankedTableProps) {
  return (
    <table className={`table ${style["ranked"]}`}>
      <thead>
        <tr>
          {columns.map(({ heading, kind }) => (
            <th key={heading} scope="col" className={kind === undefined ? undefined : classes[kind]}>
              {kind === "bar" ? <span className="visually-hidden">{heading}</span> : heading}
            </th>
          ))}
        </tr>
      </thead>
      {children}
    </table>
  );
}

interface DeniedCountProps {
  readonly count: number;
  readonly title: string;
  readonly href: string;
}

/** How much was denied, and the way to it. */
export function DeniedCount({ count, title, href }: DeniedCountProps) {
  if (count === 0) return <span className={style["none"]}>–</span>;
  return (
    <Link className={style["denied-link"]} title={`${fullCount(count)} ${title}`} href={href}>
      {humanCount(count)}
    </Link>
  );
}
