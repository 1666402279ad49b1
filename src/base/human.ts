/** Numbers and times as people read them. Machine formats never go through here. */

/** Made once: a formatter costs fifty times as much as formatting, and tables format thousands of numbers. */
const grouped = new Intl.NumberFormat("en-US");

const LARGE = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"] as const;

/** `1.2 GB`: decimal units, as clouds bill. */
export function humanBytes(bytes: number | bigint): string {
  return scaled(Number(bytes), "B");
}

/** `9,999`, then `10.0 k`, `3.4 M`. */
export function humanCount(count: number | bigint): string {
  const number = Number(count);
  if (Math.abs(number) < 10_000) return grouped.format(number);
  return scaled(number, "").trimEnd();
}

/** All digits, in groups of three. */
export function fullCount(count: number | bigint): string {
  return grouped.format(count);
}

/** `1 record`, `2,000 records`. */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${fullCount(count)} ${Number(count) === 1 ? one : many}`;
}

function scaled(number: number, unit: string): string {
  let value = number;
  let step = 0;
  while (Math.abs(value) >= 999.95 && step < LARGE.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 ? value.toString() : value.toFixed(1)} ${LARGE[step]}${unit}`;
}

/** `12 %`, `0.4 %`, `<0.1 %`. */
export function humanShare(share: number): string {
  if (share > 0 && share < 0.001) return "<0.1 %";
  // What is not all is not 100 %.
  if (share < 1 && share >= 0.995) return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  return share >= 0.0995 ? `${Math.round(share * 100)} %` : `${(share * 100).toFixed(1)} %`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function humanSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `15 min`, `1 h`, `2 d`: a length that was chosen, without what is nothing. */
export function humanStep(seconds: number): string {
  const units = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const;
  const [length, unit] = units.find(([each]) => seconds % each === 0 && seconds >= each) ?? [1, "s"];
  return `${seconds / length} ${unit}`;
}

/** `2026-03-03 14:05`, in UTC unless another time zone is named; seconds only where there are some. */
export function humanTime(micros: number, timeZone = "UTC"): string {
  const text =
    timeZone === "UTC"
      ? new Date(micros / 1000).toISOString().slice(0, 19).replace("T", " ")
      : localFormat(timeZone).format(micros / 1000);
  return text.endsWith(":00") ? text.slice(0, -3) : text;
}

/** Swedish writes the date as everybody can read it: 2026-03-03 14:05:00. */
function localFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
}

/** `1.2 MB/s`, `12 B/s`, `0.4 B/s`, `<0.01 B/s`: what is small is not nothing. */
export function humanRate(bytesPerSecond: number | bigint): string {
  const rate = Number(bytesPerSecond);
  const size = Math.abs(rate);
  if (size > 0 && size < 0.01) return "<0.01 B/s";
  return `${humanBytes(size < 10 ? Number(rate.toPrecision(2)) : Math.round(rate))}/s`;
}

/** `+12 %`, `−40 %`, `×7`. */
export function humanChange(change: number): string {
  if (change >= 9.5) return `×${Math.round(change + 1)}`;
  const percent = Math.round(change * 100);
  return percent < 0 ? `−${-percent} %` : `${percent === 0 ? "±" : "+"}${percent} %`;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A share as a bar of at most `width` cells; any share above nothing shows. */
export function bar(share: number, width: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(Math.min(1, Math.max(0, share)) * width * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}
