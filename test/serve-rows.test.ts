import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EvidenceJson, Problem, RowCountsJson, RowsJson } from "../src/api/contract/index.ts";
import { startServer, type Server } from "./server.ts";
import { newPlace } from "./weir-process.ts";

const { folder, lake, weir } = newPlace();
let server: Server;

beforeAll(async () => {
  weir(["ingest", "logs"]);
  server = await startServer(lake);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function post(path: string, body: object): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

it("lists, counts, and shows the record behind a row", async () => {
  const list = (await post("/rows", { dataset: "conversations", limit: 2 })).answer as RowsJson;
  expect(list).toMatchObject({ total: 4, folded: {}, coverage: { interfaces: { seen: 1 } } });
  expect(list.rows).toHaveLength(2);
  const at = (name: string): number => list.columns.findIndex((column) => column.name === name);
  // 64 bits do not survive a number of JavaScript.
  expect(list.columns[at("conversation_id")]).toMatchObject({ type: "VARCHAR", heading: "Conversation" });
  const rest = (await post("/rows", { dataset: "conversations", limit: 10, cursor: list.next })).answer as RowsJson;
  expect([...list.rows, ...rest.rows]).toHaveLength(4);
  expect(rest).toMatchObject({ next: null, total: null, coverage: null });

  const counts = (
    await post("/rows/counts", {
      dataset: "conversations",
      fold: ["internet_noise"],
    })
  ).answer as RowCountsJson;
  expect(counts).toMatchObject({ total: 3, classes: { internet_noise: 1 }, table: "conversations" });

  const denied = (
    await post("/rows", {
      dataset: "conversations",
      filter: "verdict = denied",
      columns: ["conversation_id", "time"],
    })
  ).answer as RowsJson;
  const [id, hour] = denied.rows[0] ?? [];
  const evidence = (await post("/evidence", { conversation_id: id, hour })).answer as EvidenceJson;
  expect(evidence.row).toMatchObject({ conversation_id: id, verdict: "denied", client_ip: "203.0.113.9" });
  expect(evidence.observations).toEqual([expect.objectContaining({ sender: "client", verdict: "denied" })]);
  expect(evidence.records).toEqual([
    expect.objectContaining({ position: 4, sub_position: null, form: "line", text_state: "original", observation: 0 }),
  ]);
  expect(evidence.records[0]?.text).toContain("203.0.113.9 10.0.0.1 43210 23 6 10 40");
  const known = await post("/evidence", { conversation_id: id, hour, limit: 0 });
  expect(known.answer).toMatchObject({ records: [], row: evidence.row });
});

it.each([
  ["/rows", { dataset: "conversations", cursor: "x" }, 400, "bad-cursor"],
  ["/rows", { dataset: "flows", fold: ["stray"] }, 400, "fold-of-flows"],
  ["/rows", { dataset: "conversations", filter: "client.prt = 1" }, 400, "bad-filter"],
  ["/rows", { dataset: "conversations", limit: 5001 }, 400, "bad-request"],
  ["/rows", { dataset: "malformed" }, 400, "bad-request"],
  ["/rows", { dataset: "flows", columns: ["object_id; DROP TABLE flows"] }, 400, "unknown-column"],
  ["/rows/counts", { dataset: "flows", surprise: 1 }, 400, "bad-request"],
  ["/evidence", { conversation_id: "1", hour: "2026-03-03T12:00:00Z" }, 404, "not-found"],
  ["/evidence", { conversation_id: "99999999999999999999", hour: "2026-03-03T12:00:00Z" }, 404, "not-found"],
  ["/evidence", { conversation_id: "1 OR 1", hour: "2026-03-03T12:00:00Z" }, 400, "bad-request"],
  ["/evidence", { flow: { object_id: 1, position: 99, time: "2026-03-03T12:00:00Z" } }, 404, "not-found"],
  ["/evidence", { flow: { object_id: 1, position: 1, time: "yesterday or so" } }, 400, "not-a-time"],
])("POST %s %j answers %d %s", async (path, body, status, code) => {
  const { status: given, answer } = await post(path, body);
  expect([given, (answer as Problem).code]).toEqual([status, code]);
});
