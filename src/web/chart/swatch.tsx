import style from "./chart.module.css";

interface SwatchProps {
  readonly colour: string;
  /** Denied traffic is hatched, too. */
  readonly isDenied?: boolean | undefined;
  /** The time that is compared with. */
  readonly isBefore?: boolean;
}

/** The ink of a series in a legend. */
export function Swatch({ colour, isDenied = false, isBefore = false }: SwatchProps) {
  const kind = isBefore ? style["swatch-before"] : isDenied ? style["swatch-denied"] : "";
  return (
    <span
      className={`${style["swatch"]} ${kind}`}
      style={isBefore ? { borderColor: colour } : { backgroundColor: colour }}
      aria-hidden="true"
    />
  );
}
