import style from "./verdict-mark.module.css";

/** A verdict or action in its ink: what was refused is hatched. */
export function VerdictMark({ verdict }: { readonly verdict: string | null }) {
  if (verdict === null) return null;
  const isDenied = /^(denied|deny|dropped|drop)$/.test(verdict);
  const isAllowed = verdict === "allowed" || verdict === "allow";
  return (
    <span className={style["mark"]} data-ink={isDenied ? "denied" : isAllowed ? "allowed" : "other"}>
      {verdict}
    </span>
  );
}
