import { Command, HelpCircle } from "lucide-react";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { SessionJson } from "#api/contract/index.js";
import { filterTools } from "../state/filter-tools.ts";
import { useKeys } from "../state/keys.ts";
import { useView } from "../state/view.ts";
import { NewData } from "../ui/new-data.tsx";
import { ValueMenu } from "../ui/value-menu.tsx";
import { BrandMark } from "./brand-mark.tsx";
import { ConfigError } from "./config-error.tsx";
import { pages, pageTitle } from "./pages.ts";
import { QueryBar } from "./query-bar.tsx";
import { SavedViews } from "./saved-views.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { TimeNote, TimePicker } from "./time-picker.tsx";
import { Trail } from "./trail.tsx";
import { UserMenu } from "./user-menu.tsx";
import style from "./shell.module.css";

const Palette = lazy(async () => ({ default: (await import("./palette/palette.tsx")).Palette }));
const HelpSheet = lazy(async () => ({ default: (await import("./help-sheet.tsx")).HelpSheet }));

interface ShellProps {
  readonly session: SessionJson;
  readonly children: ReactNode;
}

/** Fetches what the first click will want, once the page has nothing else to do. */
function fetchAhead(): void {
  const fetch = (): void => void Promise.allSettled([filterTools(), import("../ui/value-menu-items.tsx")]);
  if ("requestIdleCallback" in window) requestIdleCallback(fetch, { timeout: 5000 });
  else setTimeout(fetch, 2000);
}

/** What stands around every page: navigation, the query bar, the time, the steps so far. */
export function Shell({ session, children }: ShellProps) {
  const [path] = useLocation();
  const { linkTo, go } = useView();
  const [shown, setShown] = useState<"palette" | "help">();
  const hasFlows = session.lake?.ready === true;
  useEffect(fetchAhead, []);
  useEffect(() => {
    document.title = `${pageTitle(path)} · Weir`;
  }, [path]);
  useKeys("Everywhere", [
    { keys: "mod+k", says: "command palette", run: () => setShown("palette") },
    { keys: "?", says: "all keys", run: () => setShown("help") },
  ]);
  useKeys(
    "Go to",
    pages.map((page) => ({ keys: `g ${page.key}`, says: page.title, run: () => go(page.path) })),
  );
  return (
    <div className={style["shell"]}>
      <a className={style["skip"]} href="#page">
        Skip to the page
      </a>
      <header className={style["bar"]}>
        <Link className={style["brand"]} href={linkTo("/")} aria-label="Weir, overview">
          <BrandMark />
          <span>Weir</span>
        </Link>
        <nav aria-label="Pages" className={style["nav"]}>
          {pages.map((page) => (
            <Link key={page.path} href={linkTo(page.path)} aria-current={path === page.path ? "page" : undefined}>
              {page.title}
            </Link>
          ))}
        </nav>
        {session.lake?.is_demo === true && (
          <span
            className={style["demo"]}
            title="The traffic of an invented company: run weir serve --data for your own."
          >
            Demo data
          </span>
        )}
        <div className={style["tools"]}>
          <NewData />
          <button
            type="button"
            className="button button-quiet"
            aria-label="Command palette"
            title="Command palette  Ctrl K"
            onClick={() => setShown("palette")}
          >
            <Command size={16} aria-hidden="true" />
          </button>
          <button
            type="button"
            className="button button-quiet"
            aria-label="All keys"
            title="All keys  ?"
            onClick={() => setShown("help")}
          >
            <HelpCircle size={16} aria-hidden="true" />
          </button>
          <ThemeSwitch />
          <UserMenu session={session} />
        </div>
      </header>
      {hasFlows && path !== "/account" && (
        <section className={style["asking"]} aria-label="What is asked">
          <div className={style["question"]}>
            <QueryBar />
            <TimePicker />
            <SavedViews />
          </div>
          <TimeNote />
          <Trail />
        </section>
      )}
      <ConfigError />
      <main id="page" tabIndex={-1} className={style["page"]}>
        {children}
      </main>
      <ValueMenu />
      <Suspense>
        {shown === "palette" && <Palette onClose={() => setShown(undefined)} />}
        {shown === "help" && <HelpSheet onClose={() => setShown(undefined)} />}
      </Suspense>
    </div>
  );
}
