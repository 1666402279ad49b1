import style from "./chart.module.css";

interface MiniBarProps {
  /** 0 to 1. */
  readonly share: number;
  /** The part of it that was denied, 0 to 1 of the whole. */
  readonly denied?: number;
  readonly colour?: string;
}

/** A share as a bar behind or beside its number. Decoration: the number says it. */
export function MiniBar({ share, denied = 0, colour = "var(--allowed)" }: MiniBarProps) {
  const width = (part: number): string => `${Math.min(100, Math.max(part > 0 ? 1 : 0, part * 100)).toFixed(2)}%`;
  return (
    <span className={style["mini-bar"]} aria-hidden="true">
      <span style={{ width: width(share - denied), backgroundColor: colour }} />
      {denied > 0 && <span className={style["mini-denied"]} style={{ width: width(denied) }} />}
    </span>
  );
}
