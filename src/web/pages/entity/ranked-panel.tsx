import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { AnswerJson, JsonCell } from "#api/contract/index.js";
import { MiniBar } from "../../chart/mini-bar.tsx";
import { groupValue, isOthersRow } from "../../chart/series.ts";
import { cloudText } from "../../state/fields.ts";
import { conditionText } from "../../state/filter-edit.ts";
import { joinFilters } from "../../state/filter-join.ts";
import { useView } from "../../state/view.ts";
import { Measure } from "../../ui/numbers.tsx";
import { AnswerPanel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";
import style from "./entity.module.css";

interface Column {
  /** In the rows. */
  readonly name: string;
  /** In filters. */
  readonly field: string;
  readonly heading: string;
}

interface RankedPanelProps {
  readonly title: string;
  readonly query: UseQueryResult<AnswerJson>;
  readonly columns: readonly Column[];
  /** The filter that all of it is of. */
  readonly base: string;
  readonly empty: string;
  readonly isWide?: boolean;
}

type Row = Readonly<Record<string, JsonCell>>;

/** Groups with what passed, the largest first; every number leads to the conversations that it counts. */
export function RankedPanel({ title, query, columns, base, empty, isWide = false }: RankedPanelProps) {
  const { linkTo } = useView();
  return (
    <AnswerPanel
      title={title}
      query={query}
      className={(isWide ? style["wide"] : style["half"]) ?? ""}
      actions={<Link href={linkTo("/conversations", { q: base, unfold: "all" })}>Conversations</Link>}
      empty={empty}
    >
      {(answer) => <RankedTable title={title} answer={answer} columns={columns} base={base} />}
    </AnswerPanel>
  );
}

function RankedTable({
  title,
  answer,
  columns,
  base,
}: { readonly answer: AnswerJson } & Pick<RankedPanelProps, "title" | "columns" | "base">) {
  const { linkTo } = useView();
  const { rows, by, more, measures, names, ranked_by: rankedBy } = answer;
  const values = (row: Row): (string | null)[] => by.map((name) => groupValue(row[name]));
  const number = (row: Row, name: string): number => Number(row[name] ?? 0);
  const isRest = (row: Row): boolean => isOthersRow(values(row), row === rows.at(-1), more);
  const groups = rows.filter((row) => !isRest(row));
  const rest = rows.find(isRest);
  const largest = Math.max(1, ...groups.map((row) => number(row, rankedBy)));
  const headings = new Map(answer.columns.map(({ name, heading }) => [name, heading ?? name]));
  const units = new Map(answer.columns.map(({ name, unit }) => [name, unit]));
  return (
    <div className={style["scroll"]}>
      <table className="table" aria-label={title}>
        <thead>
          <tr>
            {columns.map(({ name, heading }) => (
              <th key={name} scope="col">
                {heading}
              </th>
            ))}
            {measures.map((name) => (
              <th key={name} scope="col" className="number">
                {headings.get(name) ?? name}
              </th>
            ))}
            <th scope="col" aria-label="Share" className={style["barColumn"]} />
          </tr>
        </thead>
        <tbody>
          {groups.map((row) => (
            <tr key={JSON.stringify(values(row))}>
              {columns.map((column) => (
                <td key={column.name} className={style["valueCell"]}>
                  <GroupValue column={column} value={groupValue(row[column.name])} names={names} />
                </td>
              ))}
              {measures.map((name, at) => (
                <td key={name} className={`number ${isDeniedCell(name, row) ? style["deniedCell"] : ""}`}>
                  {at === 0 ? (
                    <Link
                      className={style["numberLink"]}
                      href={linkTo("/conversations", {
                        q: joinFilters(base, ...conditions(columns, row)),
                        unfold: "all",
                      })}
                    >
                      <Measure value={row[name] ?? null} unit={units.get(name) ?? null} />
                    </Link>
                  ) : (
                    <Measure value={row[name] ?? null} unit={units.get(name) ?? null} />
                  )}
                </td>
              ))}
              <td className={style["barColumn"]}>
                <MiniBar {...barOf(row, rankedBy, largest)} />
              </td>
            </tr>
          ))}
          {rest !== undefined && (
            <tr className={style["faint"]}>
              <td colSpan={columns.length}>others</td>
              {measures.map((name) => (
                <td key={name} className="number">
                  <Measure value={rest[name] ?? null} unit={units.get(name) ?? null} />
                </td>
              ))}
              <td aria-hidden="true" className={style["barColumn"]} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function isDeniedCell(name: string, row: Row): boolean {
  return name === "denied" && Number(row[name] ?? 0) > 0;
}

function barOf(row: Row, rankedBy: string, largest: number): { share: number; denied: number } {
  const share = Number(row[rankedBy] ?? 0) / largest;
  const isDenied = rankedBy === "denied" || row["verdict"] === "denied";
  return { share, denied: isDenied ? share : 0 };
}

function conditions(columns: readonly Column[], row: Row): string[] {
  return columns.map(({ field, name }) => conditionText({ field, value: groupValue(row[name]) }));
}

function GroupValue({
  column: { field, name: column },
  value,
  names,
}: {
  readonly column: Column;
  readonly value: string | null;
  readonly names: Readonly<Record<string, string>>;
}) {
  if (value === null && column.endsWith("rule")) return <span className={style["faint"]}>not in the log</span>;
  const label = value !== null && column.endsWith("provider") ? { label: cloudText(value) } : {};
  return <Value field={field} value={value} name={value === null ? undefined : names[value]} {...label} />;
}
