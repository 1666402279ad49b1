import { useEffect, useState } from "react";

/** Colours of a chart in the theme that is shown. Series colours are those of Okabe and Ito, safe for colour-blind eyes. */
export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly line: string;
  readonly surface: string;
  readonly allowed: string;
  readonly denied: string;
  readonly series: readonly string[];
  readonly isDark: boolean;
}

const light = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#8C6D00", "#6A51A3", "#7F8C8D"] as const;
const dark = ["#56B4E9", "#E69F00", "#2FC09A", "#E69AC4", "#A5D8F3", "#D9C24A", "#A892E0", "#9BA8AB"] as const;

/** Each cloud has its colour everywhere. */
export const cloudColours: Readonly<Record<string, number>> = { azure: 0, aws: 1, gcp: 2 };

/** The hatching of denied traffic: it never depends on colour alone. */
export const deniedPattern = {
  symbol: "rect",
  dashArrayX: [1, 0],
  dashArrayY: [2, 4],
  rotation: -Math.PI / 4,
  color: "rgba(255, 255, 255, 0.55)",
} as const;

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  const isDark = document.documentElement.dataset["theme"] === "dark";
  return {
    ink: of("--ink"),
    faint: of("--ink-faint"),
    line: of("--line"),
    surface: of("--surface"),
    allowed: of("--allowed"),
    denied: of("--denied"),
    series: isDark ? dark : light,
    isDark,
  };
}

/** The palette; changes with the theme. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(read);
  useEffect(() => {
    const change = (): void => setPalette(read());
    addEventListener("weir-theme", change);
    return () => removeEventListener("weir-theme", change);
  }, []);
  return palette;
}
