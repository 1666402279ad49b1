import { useEffect, useRef, type ReactNode } from "react";
import style from "./dialog.module.css";

interface DialogProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `top`: hangs from the top, as palettes do. */
  readonly place?: "middle" | "top";
}

/**
 * A dialog in front of the page: the browser keeps the focus inside, closes it with Escape and gives the focus back. It needs no
 * styles written by script, which a strict content security policy forbids.
 */
export function Dialog({ label, onClose, children, place = "middle" }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown !== null && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    // A click beside the dialog is one on the element itself; keyboards have Escape.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className={`${style["dialog"]} ${place === "top" ? style["top"] : ""}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      {children}
    </dialog>
  );
}
