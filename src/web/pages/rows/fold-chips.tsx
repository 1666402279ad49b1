import { Eye, EyeOff } from "lucide-react";
import { fullCount, humanCount } from "#base/human.js";
import { foldClasses, type FoldClass } from "#model/folds.js";
import style from "./fold-chips.module.css";

interface FoldChipsProps {
  /** Rows that match, by what they are or would be folded as; undefined while they are counted. */
  readonly classes: Readonly<Partial<Record<FoldClass, number>>> | undefined;
  readonly fold: readonly FoldClass[];
  readonly onChange: (fold: readonly FoldClass[]) => void;
}

/** What the classes are called, and what they are. */
const words: Readonly<Record<FoldClass, readonly [title: string, meaning: string]>> = {
  health_check: ["health checks", "Load balancers and probes that ask whether a server is alive."],
  platform: ["platform", "The cloud's own services: metadata, DNS, time, agents."],
  stray: ["strays", "Denied packets of connections that were already over."],
  encapsulation: ["tunnels", "Tunnels whose content is logged, too."],
  translated: [
    "translated",
    "Another conversation's bytes again, under the address of a gateway, load balancer or proxy.",
  ],
  internet_noise: [
    "internet noise",
    "Tries from public addresses at ours that were refused or got no answer. Addresses that have a name are not among them.",
  ],
};

/** What is folded away, with how much of it there is: one click shows it. */
export function FoldChips({ classes, fold, onChange }: FoldChipsProps) {
  const shown = foldClasses.filter((name) => (classes?.[name] ?? 0) > 0);
  if (shown.length === 0) return null;
  const isAnyFolded = shown.some((name) => fold.includes(name));
  const toggle = (name: FoldClass): void =>
    onChange(fold.includes(name) ? fold.filter((each) => each !== name) : [...fold, name]);
  return (
    <div className={style["chips"]} role="group" aria-label="Folded away">
      <span className={style["label"]}>{isAnyFolded ? "Folded away:" : "Nothing is folded:"}</span>
      {shown.map((name) => {
        const [title, meaning] = words[name];
        const isFolded = fold.includes(name);
        const count = classes?.[name] ?? 0;
        return (
          <button
            key={name}
            type="button"
            className={style["chip"]}
            aria-pressed={!isFolded}
            title={`${meaning} ${fullCount(count)} rows. Click to ${isFolded ? "show them" : "fold them away"}.`}
            onClick={() => toggle(name)}
          >
            {isFolded ? <EyeOff size={13} aria-hidden="true" /> : <Eye size={13} aria-hidden="true" />}
            {title} <b>{humanCount(count)}</b>
          </button>
        );
      })}
      <button type="button" className={style["all"]} onClick={() => onChange(isAnyFolded ? [] : foldClasses)}>
        {isAnyFolded ? "Show all" : "Fold away"}
      </button>
    </div>
  );
}
