import style from "./chart.module.css";

interface SparklineProps {
  readonly points: readonly (number | null)[];
  readonly colour: string;
  readonly isDenied?: boolean;
}

const [WIDTH, HEIGHT] = [120, 28];

/** A series in the size of a word. Decoration beside the number that says it: not read out. */
export function Sparkline({ points, colour, isDenied = false }: SparklineProps) {
  const largest = Math.max(...points.map((value) => value ?? 0), 0);
  const x = (at: number): number => (points.length < 2 ? WIDTH / 2 : (at / (points.length - 1)) * WIDTH);
  const y = (value: number): number => HEIGHT - 1.5 - (largest === 0 ? 0 : (value / largest) * (HEIGHT - 4));
  return (
    <svg
      className={style["sparkline"]}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {stretchesOf(points).map((stretch) => {
        const [first, last] = [stretch[0], stretch.at(-1)];
        if (first === undefined || last === undefined) return null;
        const path = stretch.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" L");
        return (
          <g key={first[0]}>
            <path d={`M${x(first[0])},${HEIGHT} L${path} L${x(last[0])},${HEIGHT} Z`} fill={colour} opacity={0.16} />
            <path
              d={`M${path}`}
              fill="none"
              stroke={colour}
              strokeWidth={1.5}
              vectorEffect="non-scaling-stroke"
              {...(isDenied && { strokeDasharray: "4 2" })}
            />
          </g>
        );
      })}
    </svg>
  );
}

/** Values that follow one another without one missing, each with its place. */
function stretchesOf(points: readonly (number | null)[]): [number, number][][] {
  const stretches: [number, number][][] = [];
  let isOpen = false;
  for (const [at, value] of points.entries()) {
    if (value === null) {
      isOpen = false;
      continue;
    }
    if (!isOpen) stretches.push([]);
    stretches.at(-1)?.push([at, value]);
    isOpen = true;
  }
  return stretches;
}
