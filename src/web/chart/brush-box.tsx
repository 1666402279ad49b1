import style from "./chart.module.css";

interface BrushBoxProps {
  readonly brush: { readonly from: number; readonly to: number } | undefined;
  readonly top: number;
  readonly height: number;
}

/** The stretch that is being drawn. */
export function BrushBox({ brush, top, height }: BrushBoxProps) {
  if (brush === undefined) return null;
  const [left, right] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
  return <div className={style["brush"]} style={{ left, width: right - left, top, height }} />;
}
