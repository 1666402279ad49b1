import { useFilterTools } from "../state/filter-tools.ts";
import style from "./filter-text.module.css";

/** A filter as text, coloured by the language's words. */
export function FilterText({ text }: { readonly text: string }) {
  const tools = useFilterTools(text !== "");
  if (tools === undefined) return <>{text}</>;
  return (
    <>
      {tools.coloured(text).map((piece) => (
        <span key={piece.from} className={piece.kind === "" ? undefined : style[piece.kind]}>
          {piece.text}
        </span>
      ))}
    </>
  );
}
