import { X } from "lucide-react";
import { useKeyList } from "../state/keys.ts";
import { Dialog } from "../ui/dialog.tsx";
import { KeyCaps } from "../ui/key-caps.tsx";
import style from "./help-sheet.module.css";

/** All keys that work now: everywhere, and on this page. */
export function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  const scopes = useKeyList();
  return (
    <Dialog label="Keys" onClose={onClose}>
      <header className={style["head"]}>
        <h2>Keys</h2>
        <button type="button" className="button button-quiet" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <div className={style["scopes"]}>
        {scopes.map(({ name, bindings }) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {bindings.map(({ keys, says }) => (
                <div key={keys} className={style["row"]}>
                  <dt>
                    <KeyCaps keys={keys} />
                  </dt>
                  <dd className={style["says"]}>{says}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={style["foot"]}>Single keys rest while you type.</p>
    </Dialog>
  );
}
