import { Check, Copy } from "lucide-react";
import { useState } from "react";
import style from "./sources.module.css";

const SHOWN_MS = 1500;

/** Something to type, with a button that copies it. */
export function Command({ children }: { readonly children: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(children);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <div className={style["command"]}>
      <pre>{children}</pre>
      <button
        type="button"
        className="button button-quiet"
        aria-label={`Copy: ${children}`}
        onClick={() => void copy()}
      >
        {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </button>
    </div>
  );
}
