import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const KEY = "weir-theme";
const machine = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

/** The theme that was chosen; `system` follows the machine. */
export function themeChosen(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Shows a theme, and remembers it. */
export function applyTheme(theme: Theme = themeChosen()): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  const isDark = theme === "dark" || (theme === "system" && machine().matches);
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  dispatchEvent(new Event("weir-theme"));
}

/** Follows the machine when it turns dark or light, where nothing else was chosen. */
export function followMachine(): void {
  machine().addEventListener("change", () => themeChosen() === "system" && applyTheme());
}

/** The theme that was chosen; the component is drawn again with another one. */
export function useTheme(): Theme {
  return useSyncExternalStore((tell) => {
    addEventListener("weir-theme", tell);
    return () => removeEventListener("weir-theme", tell);
  }, themeChosen);
}
