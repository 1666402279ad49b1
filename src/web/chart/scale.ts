/** A vertical axis from 0: its end, and the values with a label. */
export interface Scale {
  readonly max: number;
  readonly ticks: readonly number[];
}

/** A scale from 0 to at least `largest` in round steps of 1, 2 or 5 (times a power of ten), with at most `most` of them. */
export function niceScale(largest: number, most = 4): Scale {
  if (!(largest > 0)) return { max: 1, ticks: [0, 1] };
  const raw = largest / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power >= raw * 0.999_999) ?? 10) * power;
  const count = Math.ceil(largest / step - 1e-9);
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, at) => at * step) };
}

/** A scale of whole numbers: nobody draws half a conversation. */
export function wholeScale(largest: number, most = 4): Scale {
  const scale = niceScale(largest, most);
  const ticks = scale.ticks.filter((tick) => Number.isInteger(tick));
  return { max: scale.max, ticks };
}
