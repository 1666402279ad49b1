import style from "./key-caps.module.css";

const names: Readonly<Record<string, string>> = {
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Delete: "Del",
};

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys as they stand on a keyboard: `g e`, `Ctrl K`. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  const caps = keys
    .split(" ")
    .flatMap((key) => (key === "+" ? [key] : key.split("+")))
    .map((key) => (key === "mod" ? (isApple ? "⌘" : "Ctrl") : (names[key] ?? key)));
  return (
    <span className={style["caps"]}>
      {caps.map((cap, at) => (
        // The same key may come twice.
        // oxlint-disable-next-line react/no-array-index-key
        <kbd key={`${at} ${cap}`} className={style["cap"]}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
