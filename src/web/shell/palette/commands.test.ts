import { expect, it } from "vitest";
import { commandsFor } from "./commands.ts";

const reading = { nowMs: Date.parse("2026-03-04T15:20:30Z"), timeZone: "UTC" };
const known = {
  isAnswered: true,
  found: [
    { kind: "instance" as const, id: "i-0abc", name: "web-1", detail: "prod" },
    { kind: "address" as const, id: "10.0.0.9", name: null, detail: null },
  ],
  views: [
    {
      id: "1",
      name: "Denied to the database",
      page: "/explore",
      search: "q=verdict+%3D+denied",
      owner: "a",
      shared: true,
      updated: "",
    },
  ],
};
const nothing = { found: [], isAnswered: false, views: [] };
const titles = (text: string): string[] => commandsFor(text, nothing, reading).map(({ title }) => title);

it("shows pages, saved views, times and themes first", () => {
  const commands = commandsFor("", known, reading);
  expect([...new Set(commands.map(({ section }) => section))]).toEqual(["Pages", "Saved views", "Time", "Theme"]);
  expect(commands.find(({ section }) => section === "Saved views")?.act).toEqual({
    kind: "link",
    href: "/explore?q=verdict+%3D+denied",
  });
});

it("finds commands by the beginning of their words", () => {
  expect(titles("exp")).toEqual(["Explore"]);
  expect(titles("dark")).toEqual(["Dark theme"]);
  expect(titles("7 d")[0]).toBe("Last 7 days");
});

it("knows addresses and blocks", () => {
  expect(titles("10.0.0.1")).toEqual(["Open 10.0.0.1", "Only 10.0.0.1", "Not 10.0.0.1"]);
  expect(titles("not 2001:db8::1")).toEqual(["Not 2001:db8::1"]);
  expect(titles("10.0.0.0/8")).toEqual(["Only 10.0.0.0/8", "Not 10.0.0.0/8"]);
  expect(titles("10.0.0.0/80")).toEqual([]);
});

it("asks why, reads times, and takes filters", () => {
  expect(commandsFor('why "prod app" db-1:5432', nothing, reading)[0]?.act).toEqual({
    kind: "page",
    path: "/path",
    changes: { client: "prod app", server: "db-1:5432" },
  });
  expect(titles("yesterday 7pm")).toEqual(["Show yesterday 7pm"]);
  expect(titles("verdict = denied")).toEqual(["Filter by verdict = denied"]);
});

it("lists what the server found, with its name", () => {
  const [web, address] = commandsFor("web", known, reading);
  expect(web).toMatchObject({ title: "web-1", detail: "instance · i-0abc · prod" });
  expect(address).toMatchObject({ title: "10.0.0.9", detail: "address" });
});

it("puts an address that was seen before others that begin so, and one that was not behind them", () => {
  const address = (id: string, name: string | null = null) => ({ kind: "address" as const, id, name, detail: null });
  const shown = (text: string, ids: readonly string[], isAnswered = true) =>
    commandsFor(text, { found: ids.map((id) => address(id, "web")), isAnswered, views: [] }, reading).map(({ act }) =>
      act.kind === "page" ? act.changes?.["id"] : act.kind,
    );
  expect(shown("10.0.0.1", ["10.0.0.12", "10.0.0.1"])).toEqual(["10.0.0.1", "value", "value", "10.0.0.12"]);
  expect(shown("10.0.0.1", ["10.0.0.12"])).toEqual(["10.0.0.12", "10.0.0.1", "value", "value"]);
  // What was found for an earlier text says nothing of this one.
  expect(shown("10.0.0.1", ["10.0.0.12"], false)).toEqual(["10.0.0.1", "value", "value", "10.0.0.12"]);
});
