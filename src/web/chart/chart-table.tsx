import type { DrawnSeries } from "./drawn.ts";
import type { TimeStep } from "./series.ts";
import { stretchText } from "./time-axis.ts";
import style from "./chart.module.css";

interface ChartTableProps {
  readonly title: string;
  readonly steps: readonly TimeStep[];
  readonly series: readonly DrawnSeries[];
  readonly zone: string;
  readonly height: number;
  readonly exact: (value: number) => string;
}

/** A chart as a table: a row for each step, a column for each series. */
export function ChartTable({ title, steps, series, zone, height, exact }: ChartTableProps) {
  return (
    // It can be scrolled with the keyboard, and says what it is.
    <section className={style["chart-table"]} style={{ height }} aria-label={`${title} as a table`} tabIndex={-1}>
      <table className="table">
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map(({ id, name }) => (
              <th key={id} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map(({ from, to, isPartial }, at) => (
            <tr key={from}>
              <th scope="row">
                {stretchText(from, to, zone)}
                {isPartial && " (part of a step)"}
              </th>
              {series.map(({ id, points }) => {
                const value = points[at];
                return (
                  <td key={id} className="number">
                    {value === null || value === undefined ? "no logs" : exact(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
