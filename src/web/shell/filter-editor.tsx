import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { FilterText } from "./filter-text.tsx";
import { useEditor, type EditorUse } from "./use-editor.ts";
import style from "./filter-editor.module.css";

export interface EditorDoor {
  readonly focus: () => void;
  /** Takes another text in the place of what is being written. */
  readonly put: (text: string) => void;
}

/**
 * A filter that can be written. Until it is hovered or focused it is an ordinary field that looks the same; then the editor is
 * loaded and takes over what was typed meanwhile.
 */
export function FilterEditor({ ref, ...use }: EditorUse & { readonly ref?: Ref<EditorDoor> }) {
  const { text, label, hint } = use;
  const host = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const { isReady, want, editor } = useEditor(use, host, field);
  const [typed, setTyped] = useState(text);
  const [textBefore, setTextBefore] = useState(text);
  if (textBefore !== text) {
    setTextBefore(text);
    setTyped(text);
  }
  useImperativeHandle(
    ref,
    () => ({
      focus: () => (editor.current === undefined ? field.current?.focus() : editor.current.focus()),
      put: (next) => {
        setTyped(next);
        editor.current?.put(next);
      },
    }),
    [editor],
  );
  return (
    <div className={style["editor"]} onPointerEnter={want}>
      <div ref={host} className={style["host"]} hidden={!isReady} />
      {!isReady && (
        <div className={style["plain"]}>
          <div className={style["shown"]} aria-hidden="true">
            <FilterText text={typed} />
          </div>
          <input
            ref={field}
            className={style["field"]}
            aria-label={label}
            placeholder={hint}
            value={typed}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
            onFocus={want}
            onKeyDown={(event) => {
              if (event.key === "Enter") use.onRun(typed);
              if (event.key === "Escape") use.onCancel();
            }}
          />
        </div>
      )}
    </div>
  );
}
