import { expect, it } from "vitest";
import { parseFilter } from "#filter/index.js";
import type { LogKinds } from "#model/log-kinds.js";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import { kindNotes } from "./kind-notes.ts";

const NOON = Date.UTC(2026, 2, 3, 12);
const both: LogKinds = { allowed: "full", denied: "full", basis: "told" };
const refused: LogKinds = { allowed: "none", denied: "full", basis: "told" };
const inferred: LogKinds = { allowed: "none", denied: "full", basis: "records" };
const told = new Map([["fl-r", { id: "fl-r", provider: "aws", toldMs: NOON } as ToldFlowLog]]);

function notes(filter: string, logs: Readonly<Record<string, LogKinds>>, dataset = "conversations" as const): string {
  const node = filter === "" ? undefined : parseFilter(filter, dataset, { nowMs: NOON });
  return kindNotes(node, new Map(Object.entries(logs)), told).join(" ");
}

it("a question about allowed traffic says which flow logs do not write it, and how that is known", () => {
  expect(notes("verdict = allowed", { "fl-r": refused })).toMatch(
    /^Allowed traffic is not written by flow log fl-r, told by DescribeFlowLogs 2026-03-03 12:00.* UTC: /,
  );
  expect(notes("verdict = allowed and port = 443", { "fl-r": refused, "fl-b": both })).toContain(
    "not written by 1 of 2 flow logs, told by",
  );
  expect(notes("verdict = allowed", { "fl-r": inferred })).toContain("(inferred from records)");
  expect(notes("verdict = allowed", { "fl-r": { allowed: "filtered", denied: "filtered", basis: "told" } })).toContain(
    "written only in part by",
  );
});

it.each([
  ["nothing about verdicts", ""],
  ["the kind that is there", "verdict in (denied, dropped)"],
  ["both kinds", "verdict in (allowed, denied)"],
  ["the kind only as one way of two", "verdict = allowed or port = 443"],
  ["all but a kind", "verdict != denied"],
])("a question that asks for %s is told nothing", (_, filter) => {
  expect(notes(filter, { "fl-r": refused })).toBe("");
});

it("a question that names flow logs is about them alone", () => {
  const logs = { "fl-r": refused, "fl-b": both };
  const of = (id: string): string =>
    kindNotes(
      parseFilter(`action = allow and flow_log_id = "${id}"`, "flows", { nowMs: NOON }),
      new Map(Object.entries(logs)),
      told,
    ).join(" ");
  expect(of("fl-b")).toBe("");
  expect(of("FL-R")).toContain("flow log fl-r");
});
