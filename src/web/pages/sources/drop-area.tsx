import { Upload as UploadIcon } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { chosenFiles, droppedFiles } from "./dropped-files.ts";
import type { SentFile } from "../../client/upload.ts";
import style from "./upload.module.css";

/** Takes files that are dropped anywhere on the page. */
export function DropAnywhere({ onFiles }: { readonly onFiles: (files: readonly SentFile[]) => void }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      setOver(false);
      void droppedFiles(event.dataTransfer).then(onFiles);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onFiles]);
  if (!isOver) return null;
  return (
    <div className={style["over"]}>
      <div>
        <UploadIcon size={28} aria-hidden="true" />
        <strong>Drop flow logs here</strong>
        <span>AWS, Azure or Google Cloud; text, JSON, Parquet, gzip; folders, too</span>
      </div>
    </div>
  );
}

interface FileButtonProps {
  readonly onFiles: (files: readonly SentFile[]) => void;
  readonly children: ReactNode;
  readonly className?: string;
  readonly disabled?: boolean;
}

/** A button that asks for files. */
export function FileButton({ onFiles, children, className = "button", disabled = false }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={className} disabled={disabled} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Log files"
        onChange={(event) => {
          onFiles(chosenFiles(event.target.files ?? []));
          // The same file can be chosen once more.
          event.target.value = "";
        }}
      />
    </>
  );
}
