import type { AnswerJson } from "#api/contract/index.js";
import { humanChange, humanShare } from "#base/human.js";
import { MiniBar } from "../../chart/mini-bar.tsx";
import { groupValue, isOthersRow } from "../../chart/series.ts";
import { dimensionHeading } from "./catalogue.ts";
import { isDeniedGroup } from "./ink.ts";
import { measureText } from "./measure-text.ts";
import { GroupCells } from "./series-table.tsx";
import type { ExploreState } from "./state.ts";
import style from "./explore.module.css";

interface RankedTableProps {
  readonly state: ExploreState;
  readonly answer: AnswerJson;
  /** Rows that stand out, as indices. */
  readonly emphasis?: ReadonlySet<number> | undefined;
  readonly onHover?: (row: number | undefined) => void;
}

/** Groups by rank, with every measure, its change, and the share of the one that ranks. */
export function RankedTable({ state, answer, emphasis, onHover }: RankedTableProps) {
  const { rows, by, measures, compared, ranked_by: rankedBy, more } = answer;
  const largest = Math.max(1, ...rows.map((row) => Number(row[rankedBy] ?? 0)));
  const hasShare = by.length > 0 && rows.some((row) => typeof row["share"] === "number");
  return (
    <div className={style["table-scroll"]}>
      <table className={`table ${style["series-table"]}`} onPointerLeave={() => onHover?.(undefined)}>
        <caption className="visually-hidden">Groups by rank</caption>
        <thead>
          <tr>
            {by.length === 0 && <th scope="col">Series</th>}
            {by.map((name) => (
              <th key={name} scope="col">
                {dimensionHeading(name, state.dataset)}
              </th>
            ))}
            {measures.map((name) => (
              <th key={name} scope="col" className="number">
                {measureText(name).heading}
                {name === rankedBy && " ↓"}
              </th>
            ))}
            {compared !== null &&
              measures.map((name) => (
                <th key={name} scope="col" className="number">
                  {measures.length > 1 && `${measureText(name).heading}, `}change
                </th>
              ))}
            {hasShare && (
              <th scope="col" className="number">
                share
              </th>
            )}
            {by.length > 0 && (
              <th scope="col" className={style["bar-column"]}>
                <span className="visually-hidden">Share</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => {
            const values = by.map((name) => groupValue(row[name]));
            const isOthers = isOthersRow(values, at === rows.length - 1, more);
            const part = Number(row[rankedBy] ?? 0) / largest;
            const isDenied = isDeniedGroup(values, by, rankedBy);
            return (
              <tr
                key={JSON.stringify(values)}
                data-emphasis={emphasis?.has(at) || undefined}
                onPointerEnter={() => onHover?.(at)}
              >
                <GroupCells each={{ values, isOthers }} answer={answer} />
                {measures.map((name) => (
                  <NumberCell key={name} value={row[name]} name={name} />
                ))}
                {compared !== null &&
                  measures.map((name) => {
                    const change = row[`${name}_change`];
                    const before = Number(row[`${name}_previous`] ?? 0);
                    return (
                      <td key={name} className="number" title={`Before: ${measureText(name).exact(before)}`}>
                        {changeText(row[name], before, change)}
                      </td>
                    );
                  })}
                {hasShare && (
                  <td className="number">{typeof row["share"] === "number" ? humanShare(row["share"]) : "–"}</td>
                )}
                {by.length > 0 && <td>{isOthers ? null : <MiniBar share={part} denied={isDenied ? part : 0} />}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function changeText(now: unknown, before: number, change: unknown): string {
  if (typeof change === "number") return humanChange(change);
  return before === 0 && Number(now ?? 0) > 0 ? "new" : "–";
}

function NumberCell({ value, name }: { readonly value: unknown; readonly name: string }) {
  if (value === null || value === undefined)
    return (
      <td className="number" title="Does not add up over groups">
        –
      </td>
    );
  const text = measureText(name);
  return (
    <td className="number" title={text.exact(Number(value))}>
      {text.short(Number(value))}
    </td>
  );
}
