import { expect, it } from "vitest";
import { isSamePlace, openView, viewLink } from "./saved-view-match.ts";

const view = (id: string, page: string, search: string) => ({
  ...{ id, name: id, page, search },
  ...{ owner: "local", shared: false, updated: "2026-03-03T00:00:00Z" },
});
const views = [
  view("a", "/explore", "?q=verdict+%3D+denied&by=service"),
  view("b", "/", ""),
  view("c", "/explore", "?by=pair"),
];

it("knows the same place by its parameters, in whatever order and writing", () => {
  expect(
    isSamePlace(
      { page: "/explore", search: "by=service&q=verdict%20=%20denied" },
      views[0] ?? { page: "", search: "" },
    ),
  ).toBe(true);
  expect(isSamePlace({ page: "/map", search: "" }, { page: "/", search: "" })).toBe(false);
});

it("finds the view that is open, and whether it was changed since", () => {
  const opened = (page: string, search: string, last?: string): unknown => {
    const found = openView(views, { page, search }, last);
    return found === undefined ? undefined : [found.view.id, found.isChanged];
  };
  expect(opened("/explore", "by=pair", "a")).toEqual(["c", false]);
  expect(opened("/explore", "by=port", "a")).toEqual(["a", true]);
  expect(opened("/explore", "by=port")).toBeUndefined();
  expect(opened("/map", "", "a")).toBeUndefined();
  expect(opened("/", "", undefined)).toEqual(["b", false]);
});

it("links to a view with and without parameters", () => {
  expect(viewLink({ page: "/", search: "" })).toBe("/");
  expect(viewLink({ page: "/explore", search: "by=pair" })).toBe("/explore?by=pair");
  expect(viewLink({ page: "/explore", search: "?by=pair" })).toBe("/explore?by=pair");
});
