import { Moon, Sun } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { SessionJson } from "#api/contract/index.js";
import { applyTheme } from "../state/theme.ts";
import { useView } from "../state/view.ts";
import { NewData } from "../ui/new-data.tsx";
import { ValueMenu } from "../ui/value-menu.tsx";
import { QueryBar } from "./query-bar.tsx";
import { TimePicker } from "./time-picker.tsx";
import style from "./shell.module.css";

/** The pages, in the order of the navigation, with the key that follows `g`. What does not work yet is not here. */
export const pages = [
  { path: "/", title: "Overview", key: "o" },
  { path: "/explore", title: "Explore", key: "e" },
  { path: "/conversations", title: "Conversations", key: "c" },
  { path: "/map", title: "Map", key: "m" },
  { path: "/path", title: "Path", key: "p" },
  { path: "/sources", title: "Sources", key: "s" },
] as const;

/** What stands around every page: navigation, the query bar, the time. */
export function Shell({ session, children }: { readonly session: SessionJson; readonly children: ReactNode }) {
  const [location] = useLocation();
  const { linkTo } = useView();
  const [isDark, setDark] = useState(document.documentElement.dataset["theme"] === "dark");
  const toggle = (): void => {
    applyTheme(isDark ? "light" : "dark");
    setDark(!isDark);
  };
  return (
    <div className={style["shell"]}>
      <a className={style["skip"]} href="#page">
        Skip to the page
      </a>
      <header className={style["bar"]}>
        <Link className={style["brand"]} href={linkTo("/")}>
          Weir
        </Link>
        <nav aria-label="Pages" className={style["nav"]}>
          {pages.map(({ path, title }) => (
            <Link key={path} href={linkTo(path)} aria-current={location === path ? "page" : undefined}>
              {title}
            </Link>
          ))}
        </nav>
        <NewData />
        <button
          type="button"
          className="button button-quiet"
          onClick={toggle}
          aria-label={isDark ? "Light theme" : "Dark theme"}
        >
          {isDark ? <Sun size={16} /> : <Moon size={16} />}
        </button>
      </header>
      {session.lake?.has_flows === true && (
        <div className={style["asking"]}>
          <QueryBar />
          <TimePicker />
        </div>
      )}
      <main id="page" className={style["page"]}>
        {children}
      </main>
      <ValueMenu />
    </div>
  );
}
