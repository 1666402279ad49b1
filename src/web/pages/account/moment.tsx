import { humanTime } from "#base/human.js";

/** A moment of who came in: to the minute, the exact one on hover. */
export function Moment({ at, none = "never" }: { readonly at: string | null; readonly none?: string }) {
  if (at === null) return <span>{none}</span>;
  const minute = Math.floor(Date.parse(at) / 60_000) * 60_000_000;
  return (
    <time dateTime={at} title={at}>
      {humanTime(minute)}
    </time>
  );
}
