import { Bookmark } from "lucide-react";
import { Popover } from "radix-ui";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useSavedViews } from "../client/saved-views.ts";
import { useKeys } from "../state/keys.ts";
import { Loading } from "../ui/states.tsx";
import { openView } from "./saved-view-match.ts";
import style from "./saved-views.module.css";

const SavedViewsPanel = lazy(async () => ({ default: (await import("./saved-views-panel.tsx")).SavedViewsPanel }));

/** Which view was opened last, kept over a reload. */
const LAST = "weir-view";

/** Saved views: which one is open and whether it was changed since; and the list. */
export function SavedViews() {
  const [page] = useLocation();
  const search = useSearch();
  const saved = useSavedViews();
  const [isOpen, setOpen] = useState(false);
  const [last, setLast] = useState(sessionStorage.getItem(LAST) ?? undefined);
  const open = openView(saved.views, { page, search }, last);
  const id = open?.view.id;
  useEffect(() => {
    if (id === undefined) return;
    sessionStorage.setItem(LAST, id);
    setLast(id);
  }, [id]);
  useKeys("Everywhere", [{ keys: "v", says: "saved views", run: () => setOpen(true) }]);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        className={style["trigger"]}
        data-open={open !== undefined}
        title={open === undefined ? "Save this view, or open a saved one  v" : undefined}
        aria-label={
          open === undefined ? "Saved views" : `Saved view: ${open.view.name}${open.isChanged ? ", changed since" : ""}`
        }
      >
        <Bookmark size={14} aria-hidden="true" fill={open === undefined ? "none" : "currentColor"} />
        <span className={style["title"]}>{open === undefined ? "Views" : open.view.name}</span>
        {open?.isChanged === true && <span className={style["mark"]}>changed</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={style["panel"]}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Saved views"
        >
          <Suspense fallback={<Loading what="the views" />}>
            <SavedViewsPanel saved={saved} place={{ page, search }} open={open} onDone={() => setOpen(false)} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
