import { Popover } from "radix-ui";
import { useState } from "react";
import type { Question } from "#api/contract/index.js";
import { commandLine, curlLine } from "./question.ts";
import style from "./explore.module.css";

/** The same question for a terminal and for a script. */
export function Elsewhere({ question }: { readonly question: Question }) {
  return (
    <Popover.Root>
      <Popover.Trigger className="button button-quiet">Same question elsewhere</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={`menu ${style["elsewhere"] ?? ""}`} align="end" sideOffset={4}>
          <Line title="Command line" text={commandLine(question)} />
          <Line title="HTTP API" text={curlLine(question, location.origin)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Line({ title, text }: { readonly title: string; readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className={style["line"]}>
      <div>
        <span className="menu-label">{title}</span>
        <button type="button" className="button button-quiet" onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </button>
      </div>
      <pre>{text}</pre>
    </div>
  );
}
