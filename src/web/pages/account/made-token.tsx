import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import type { MadeTokenJson } from "#api/contract/index.js";
import style from "./account.module.css";

/** A new token, this once. */
export function MadeToken({ token, close }: { readonly token: MadeTokenJson; readonly close: () => void }) {
  const { name, secret } = token;
  const field = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<"new" | "copied" | "selected">("new");
  const copy = async (): Promise<void> => {
    field.current?.select();
    // Browsers give the clipboard only to pages that came over TLS or from this machine.
    if (!globalThis.isSecureContext) return setState("selected");
    await navigator.clipboard.writeText(secret).then(
      () => setState("copied"),
      () => setState("selected"),
    );
  };
  return (
    <div className={style["made"]} role="status">
      <strong>Take the token “{name}” along now: it is not shown again.</strong>
      <div className={style["secret"]}>
        <input
          ref={field}
          className="input"
          aria-label="The new token"
          value={secret}
          readOnly
          onFocus={(event) => event.target.select()}
        />
        <button type="button" className="button" onClick={() => void copy()}>
          {state === "copied" ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
          {state === "copied" ? "Copied" : "Copy"}
        </button>
        <button type="button" className="button button-quiet" onClick={close}>
          Done
        </button>
      </div>
      {state === "selected" && <span>It is selected: copy it with Ctrl+C or ⌘C.</span>}
      <code className={style["code"]}>
        curl -H &quot;Authorization: Bearer $TOKEN&quot; {globalThis.location.origin}/api/v1/session
      </code>
    </div>
  );
}
