import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { copyText } from "../../ui/copy-text.ts";
import style from "./sources.module.css";

const SHOWN_MS = 1500;

interface CommandProps {
  readonly children: string;
  /** What the button says that it copies, where the text itself is long. */
  readonly what?: string;
}

/** Something to type, with a button that copies it. */
export function Command({ children, what = children }: CommandProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(children))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <div className={style["command"]}>
      <pre>{children}</pre>
      <button type="button" className="button button-quiet" aria-label={`Copy: ${what}`} onClick={() => void copy()}>
        {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </button>
    </div>
  );
}
