import { useState } from "react";
import style from "./explore.module.css";

/** What the server did not accept, where it was chosen. */
export function Mistake({ message, next }: { readonly message: string; readonly next: string | undefined }) {
  return (
    <span className={style["mistake"]} role="alert">
      {message}
      {next !== undefined && <> {next}</>}
    </span>
  );
}

const asItIs = (option: string): string => option;

interface SelectProps {
  readonly title: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly textOf?: (option: string) => string;
  /** What its words mean. */
  readonly hint?: string;
  readonly onChange: (value: string) => void;
}

/** One of a few words. */
export function Select({ title, value, options, textOf = asItIs, hint, onChange }: SelectProps) {
  return (
    <label className={style["select"]} title={hint}>
      <span>{title}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {[...new Set([...options, value])].map((option) => (
          <option key={option} value={option}>
            {textOf(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CheckProps {
  readonly title: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Yes or no. */
export function Check({ title, checked, onChange }: CheckProps) {
  return (
    <label className={style["check"]}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} /> {title}
    </label>
  );
}

interface HavingProps {
  readonly value: readonly string[];
  readonly onChange: (having: readonly string[]) => void;
}

/** Conditions on groups, such as `bytes > 1GB`. Asked when the field is left, or with Enter. */
export function Having({ value, onChange }: HavingProps) {
  const joined = value.join("; ");
  const [text, setText] = useState(joined);
  const commit = (): void => {
    const conditions = text
      .split(";")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    if (conditions.join("; ") !== joined) onChange(conditions);
  };
  return (
    <label className={style["select"]}>
      <span>Only with</span>
      <input
        className={`input ${style["having"] ?? ""}`}
        placeholder="bytes > 1GB"
        title="Conditions on measures of a group; several with a semicolon between them"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
    </label>
  );
}
