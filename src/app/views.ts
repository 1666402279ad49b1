import { join } from "node:path";
import { openCatalog, unknownView, type StoredView, type ViewContent } from "#catalog/index.js";
import { WeirError } from "#base/errors.js";
import { isAtLeast, type Role } from "#model/roles.js";
import { openCatalogToRead } from "./lake-files.ts";

/** Whose views: `local` where there is no sign-in. */
export interface ViewUser {
  readonly name: string;
  readonly role: Role;
}

/** The own views and those that others share. */
export function listViews(dataDir: string, { name }: ViewUser): StoredView[] {
  const catalog = openCatalogToRead(dataDir);
  try {
    return catalog.views.seenBy(name);
  } finally {
    catalog.close();
  }
}

/** @throws WeirError `not-allowed` when a viewer would share it, `view-exists`, `too-many-views` */
export function saveView(dataDir: string, user: ViewUser, content: ViewContent): StoredView {
  if (content.shared) mayShare(user);
  return withViews(dataDir, (views) => views.add(user.name, content));
}

/** @throws WeirError `unknown-view`, `not-allowed` unless it is the own one or an admin asks, `view-exists` */
export function changeView(
  dataDir: string,
  user: ViewUser,
  { id, ...content }: ViewContent & { readonly id: string },
): StoredView {
  if (content.shared) mayShare(user);
  return withViews(dataDir, (views) => views.change(ownView(views.view(id), user), content));
}

/** @throws WeirError `unknown-view`, `not-allowed` */
export function removeView(dataDir: string, user: ViewUser, id: string): void {
  withViews(dataDir, (views) => views.remove(ownView(views.view(id), user).id));
}

type Views = ReturnType<typeof openCatalog>["views"];

function withViews<T>(dataDir: string, work: (views: Views) => T): T {
  // A folder without a lake must not become one.
  openCatalogToRead(dataDir).close();
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "write" });
  try {
    return work(catalog.views);
  } finally {
    catalog.close();
  }
}

function ownView(view: StoredView | undefined, { name, role }: ViewUser): StoredView {
  const isAdmin = role === "admin";
  if (view !== undefined && (view.owner === name || isAdmin)) return view;
  if (view === undefined || !view.shared) throw unknownView();
  throw new WeirError({
    code: "not-allowed",
    kind: "usage",
    message: `the view belongs to ${view.owner}, and only ${view.owner} or an admin changes it`,
    next: "Save it under a name of your own.",
  });
}

function mayShare({ role }: ViewUser): void {
  if (isAtLeast(role, "analyst")) return;
  throw new WeirError({
    code: "not-allowed",
    kind: "usage",
    message: `sharing a view needs the role analyst, and you are ${role}`,
    next: "Save it for yourself: its link opens it for everybody.",
  });
}
