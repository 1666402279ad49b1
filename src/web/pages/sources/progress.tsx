import style from "./upload.module.css";

/** How far something is; without a share only that it goes on. */
export function Progress({ text, share }: { readonly text: string; readonly share: number | undefined }) {
  return (
    <div className={style["progress"]} role="status">
      <span>{text}</span>
      <div
        className={`${style["track"]} ${share === undefined ? style["endless"] : ""}`}
        role="progressbar"
        aria-label={text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === undefined ? undefined : Math.round(share * 100)}
      >
        <div style={{ width: share === undefined ? "30%" : `${share * 100}%` }} />
      </div>
    </div>
  );
}
