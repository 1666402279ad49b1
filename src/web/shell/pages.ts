/** The pages, in the order of the navigation, with the key that follows `g`. What does not work yet is not here. */
export const pages = [
  { path: "/", title: "Overview", key: "o", hasFilter: true },
  { path: "/explore", title: "Explore", key: "e", hasFilter: true },
  { path: "/conversations", title: "Conversations", key: "c", hasFilter: true },
  { path: "/map", title: "Map", key: "m", hasFilter: true },
  { path: "/path", title: "Path", key: "p", hasFilter: false },
  { path: "/sources", title: "Sources", key: "s", hasFilter: false },
] as const;

/** What a path is called, also of pages that the navigation does not list. */
export function pageTitle(path: string): string {
  if (path === "/entity") return "Entity";
  if (path === "/account") return "Account";
  return pages.find((page) => page.path === path)?.title ?? "Page";
}
