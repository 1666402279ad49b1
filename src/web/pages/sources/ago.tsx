import { useSyncExternalStore } from "react";
import { humanSeconds, humanTime } from "#base/human.js";
import { useView } from "../../state/view.ts";

const TICK_MS = 5000;
let nowMs = Date.now();
const watchers = new Set<() => void>();
let ticking: number | undefined;

function watch(tell: () => void): () => void {
  watchers.add(tell);
  ticking ??= window.setInterval(() => {
    nowMs = Date.now();
    for (const each of watchers) each();
  }, TICK_MS);
  return () => {
    watchers.delete(tell);
    if (watchers.size > 0) return;
    window.clearInterval(ticking);
    ticking = undefined;
  };
}

/** How long ago, or until when, a moment is; the moment itself on hover. */
export function Ago({ time, none = "–" }: { readonly time: string | null; readonly none?: string }) {
  const { view } = useView();
  const now = useSyncExternalStore(watch, () => nowMs);
  if (time === null) return none;
  const seconds = (now - Date.parse(time)) / 1000;
  return (
    <time dateTime={time} title={`${humanTime(Date.parse(time) * 1000, view.timeZone)} ${view.timeZone}`}>
      {agoText(seconds)}
    </time>
  );
}

/** `12 s ago`, `in 40 s`, `3 d ago`. */
export function agoText(seconds: number): string {
  const length = Math.abs(seconds);
  const text = length >= 172_800 ? `${Math.round(length / 86_400)} d` : humanSeconds(Math.max(1, Math.round(length)));
  // A moment ago needs no digits behind the point.
  const plain = text.replace(".0 s", " s");
  return seconds < 0 ? `in ${plain}` : `${plain} ago`;
}
