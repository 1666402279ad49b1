import type { ReactNode } from "react";
import { Swatch } from "./swatch.tsx";
import style from "./chart.module.css";

export interface LegendItem {
  readonly id: string;
  readonly colour: string;
  readonly isDenied?: boolean | undefined;
  readonly label: ReactNode;
  readonly detail?: ReactNode;
}

interface LegendProps {
  readonly items: readonly LegendItem[];
  readonly emphasis?: string | undefined;
  readonly onHover?: (id: string | undefined) => void;
}

/** The series of a chart by their ink; hovering one makes it stand out. */
export function Legend({ items, emphasis, onHover }: LegendProps) {
  return (
    <ul className={style["legend"]}>
      {items.map(({ id, colour, isDenied, label, detail }) => (
        <li
          key={id}
          data-faded={(emphasis !== undefined && emphasis !== id) || undefined}
          onPointerEnter={() => onHover?.(id)}
          onPointerLeave={() => onHover?.(undefined)}
        >
          <Swatch colour={colour} isDenied={isDenied} /> {label}
          {detail !== undefined && <span className={style["legend-detail"]}>{detail}</span>}
        </li>
      ))}
    </ul>
  );
}
