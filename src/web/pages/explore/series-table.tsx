import { useMemo, useState } from "react";
import type { AnswerJson } from "#api/contract/index.js";
import { humanChange, humanShare } from "#base/human.js";
import { changeOf, statsOf, type Series, type SeriesStats, type TimeStep } from "../../chart/series.ts";
import { Swatch } from "../../chart/swatch.tsx";
import { fieldText } from "../../state/fields.ts";
import { Value } from "../../ui/value.tsx";
import { dimensionHeading, measureInfo } from "./catalogue.ts";
import { valueLabel } from "./ink.ts";
import { measureText } from "./measure-text.ts";
import type { ExploreState } from "./state.ts";
import style from "./explore.module.css";

/** A series with its ink and what it comes to. */
export interface TableSeries extends Series {
  readonly colour: string;
  readonly isDenied: boolean;
}

interface SeriesTableProps {
  readonly state: ExploreState;
  readonly answer: AnswerJson;
  readonly measure: string;
  readonly series: readonly TableSeries[];
  readonly steps: readonly TimeStep[];
  readonly emphasis: string | undefined;
  readonly onHover: (id: string | undefined) => void;
  readonly onPin: (id: string | undefined) => void;
}

const statNames = ["min", "avg", "p95", "max", "total"] as const;
type Sort = (typeof statNames)[number] | "change";

/** Of a rate the sum of bytes; of different addresses nothing, because they do not add up. */
function totalOf(measure: string, points: readonly (number | null)[], steps: readonly TimeStep[]): number | null {
  if (measure === "rate")
    return points.reduce<number>((sum, value, at) => {
      const step = steps[at];
      return step === undefined || value === null ? sum : sum + (value * (step.to - step.from)) / 1000;
    }, 0);
  return measureInfo(measure).adds ? statsOf(points).total : null;
}

interface TableRow {
  readonly each: TableSeries;
  readonly stats: SeriesStats;
  readonly total: number | null;
  readonly change: number | null;
  readonly before: number | null;
  readonly isNew: boolean;
}

/** The legend of a graph over time, with what each series comes to. Pointing at a row shows it in the graph; a click pins it. */
export function SeriesTable(props: SeriesTableProps) {
  const { state, answer, measure, series, steps, emphasis, onHover, onPin } = props;
  const [sort, setSort] = useState<Sorting>();
  const rows = useMemo(() => sorted(rowsOf(series, measure, steps), sort), [series, measure, steps, sort]);
  const all = rows.reduce((sum, { total }) => sum + (total ?? 0), 0);
  const text = measureText(measure);
  const hasTotal = measure === "rate" || measureInfo(measure).adds;
  const hasBefore = answer.compared !== null;
  const columns: readonly Sort[] = [
    ...statNames.filter((name) => name !== "total" || hasTotal),
    ...(hasBefore ? ["change" as const] : []),
  ];
  return (
    <div className={style["table-scroll"]}>
      <table className={`table ${style["series-table"]}`} onPointerLeave={() => onHover(undefined)}>
        <caption className="visually-hidden">
          {text.heading} of each series over {steps.length} steps
        </caption>
        <Head state={state} answer={answer} columns={columns} hasTotal={hasTotal} sort={sort} onSort={setSort} />
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.each.id}
              row={row}
              measure={measure}
              answer={answer}
              all={all}
              hasTotal={hasTotal}
              emphasis={emphasis}
              pinned={state.pinned}
              onHover={onHover}
              onPin={onPin}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Sorting {
  readonly by: Sort;
  readonly descending: boolean;
}

/** Largest first, then smallest first, then as the answer has it. */
function nextSorting(sort: Sorting | undefined, by: Sort): Sorting | undefined {
  if (sort?.by !== by) return { by, descending: true };
  return sort.descending ? { by, descending: false } : undefined;
}

interface HeadProps {
  readonly state: ExploreState;
  readonly answer: AnswerJson;
  readonly columns: readonly Sort[];
  readonly hasTotal: boolean;
  readonly sort: Sorting | undefined;
  readonly onSort: (sort: Sorting | undefined) => void;
}

function Head({ state, answer, columns, hasTotal, sort, onSort }: HeadProps) {
  return (
    <thead>
      <tr>
        <th scope="col">
          <span className="visually-hidden">Ink</span>
        </th>
        {state.by.length === 0 ? (
          <th scope="col">Series</th>
        ) : (
          answer.by.map((name) => (
            <th key={name} scope="col">
              {dimensionHeading(name, state.dataset)}
            </th>
          ))
        )}
        {columns.map((name) => (
          <th
            key={name}
            scope="col"
            className="number"
            aria-sort={sort?.by === name ? (sort.descending ? "descending" : "ascending") : undefined}
          >
            <button type="button" className={style["sort"]} onClick={() => onSort(nextSorting(sort, name))}>
              {name}
              {sort?.by === name && (sort.descending ? " ↓" : " ↑")}
            </button>
          </th>
        ))}
        {hasTotal && (
          <th scope="col" className="number">
            share
          </th>
        )}
      </tr>
    </thead>
  );
}

interface RowProps extends Pick<SeriesTableProps, "measure" | "answer" | "emphasis" | "onHover" | "onPin"> {
  readonly row: TableRow;
  /** The total of all series. */
  readonly all: number;
  readonly hasTotal: boolean;
  readonly pinned: string | undefined;
}

function Row({ row, measure, answer, all, hasTotal, emphasis, pinned, onHover, onPin }: RowProps) {
  const { each, stats, total, change, before, isNew } = row;
  const text = measureText(measure);
  const totalText = measure === "rate" ? measureText("bytes") : text;
  return (
    <tr
      data-emphasis={emphasis === each.id || undefined}
      data-faded={(pinned !== undefined && pinned !== each.id) || undefined}
      onPointerEnter={() => onHover(each.id)}
    >
      <td>
        <button
          type="button"
          className={style["pin"]}
          aria-pressed={pinned === each.id}
          aria-label={pinned === each.id ? "Show all series" : "Show this series alone"}
          title={pinned === each.id ? "Show all series" : "Show this series alone"}
          onClick={() => onPin(pinned === each.id ? undefined : each.id)}
        >
          <Swatch colour={each.colour} isDenied={each.isDenied} />
        </button>
      </td>
      <GroupCells each={each} answer={answer} />
      {statNames.map(
        (name) =>
          (name !== "total" || hasTotal) && (
            <td
              key={name}
              className="number"
              title={exact(name === "total" ? total : stats[name], name === "total" ? totalText.exact : text.exact)}
            >
              {shortText(name === "total" ? total : stats[name], name === "total" ? totalText.short : text.short)}
            </td>
          ),
      )}
      {answer.compared !== null && (
        <td
          className="number"
          title={
            change === null && !isNew
              ? "The time before was not wholly logged."
              : `Before: ${exact(before, totalText.exact)}`
          }
        >
          {change === null ? (isNew ? "new" : "–") : humanChange(change)}
        </td>
      )}
      {hasTotal && <td className="number">{all === 0 || total === null ? "–" : humanShare(total / all)}</td>}
    </tr>
  );
}

const exact = (value: number | null, text: (value: number) => string): string =>
  value === null ? "not known" : text(value);
const shortText = (value: number | null, text: (value: number) => string): string =>
  value === null ? "–" : text(value);

function rowsOf(series: readonly TableSeries[], measure: string, steps: readonly TimeStep[]): TableRow[] {
  return series.map((each) => {
    const total = totalOf(measure, each.points, steps);
    const before = each.before.length === 0 ? null : totalOf(measure, each.before, steps);
    // Half a time that was not logged is no time to compare with.
    const isKnown = each.before.every((value) => value !== null);
    return {
      each,
      stats: statsOf(each.points),
      total,
      before,
      change: isKnown ? changeOf(total, before) : null,
      isNew: isKnown && before === 0,
    };
  });
}

function sorted(rows: readonly TableRow[], sort: Sorting | undefined): readonly TableRow[] {
  if (sort === undefined) return rows;
  const value = ({ stats, total, change }: TableRow): number =>
    (sort.by === "total" ? total : sort.by === "change" ? change : stats[sort.by]) ?? Number.NEGATIVE_INFINITY;
  const sign = sort.descending ? -1 : 1;
  return rows.toSorted((a, b) => Number(a.each.isOthers) - Number(b.each.isOthers) || sign * (value(a) - value(b)));
}

/** The values of a group, one cell each; the rest is one cell that says what it is. */
export function GroupCells({
  each,
  answer,
}: {
  readonly each: Pick<Series, "values" | "isOthers">;
  readonly answer: AnswerJson;
}) {
  if (each.isOthers)
    return (
      <td
        colSpan={each.values.length}
        className={style["others"]}
        title="Everything that the number of groups cuts off, summed up"
      >
        all others
      </td>
    );
  if (each.values.length === 0) return <td>total</td>;
  return each.values.map((value, at) => {
    const field = answer.by[at] ?? "";
    return (
      <td key={field}>
        <Value
          field={fieldText(field)}
          value={value}
          name={answer.names[value ?? ""]}
          label={valueLabel(field, value)}
        />
      </td>
    );
  });
}
