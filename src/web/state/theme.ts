export type Theme = "light" | "dark" | "system";

const KEY = "weir-theme";

export function themeChosen(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Shows the theme that was chosen; `system` follows the machine. */
export function applyTheme(theme: Theme = themeChosen()): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  const isDark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  dispatchEvent(new Event("weir-theme"));
}
