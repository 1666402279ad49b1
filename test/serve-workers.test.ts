import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { childrenOf, gone } from "./process-tree.ts";
import { startServer, type Server } from "./server.ts";
import { newPlace } from "./weir-process.ts";

const { folder, lake, weir } = newPlace();
let server: Server;

beforeAll(async () => {
  weir(["ingest", "logs"]);
  server = await startServer(lake);
  while (!(await fetch(`${server.url}/readyz`)).ok);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(question: object): Promise<Response> {
  return fetch(`${server.url}/api/v1/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
  });
}

/** Workers, and no other process that the server may have. */
function workers(): number[] {
  return childrenOf(server.process.pid ?? 0).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(join("api", "pool", "worker.js")),
  );
}

it("answers as openapi.json says, and keeps the answer until the lake changes", async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "weir", ...(JSON.parse(readFileSync("openapi.json", "utf8")) as object) });
  const isAnswer = ajv.getSchema("weir#/components/schemas/Answer");
  const first = await ask({ by: ["client.ip"], limit: 3 });
  expect(first.headers.get("x-weir-cache")).toBe("miss");
  expect(isAnswer?.(await first.json()), JSON.stringify(isAnswer?.errors)).toBe(true);
  const second = await ask({ limit: 3, by: ["client.ip"] });
  expect(second.headers.get("x-weir-cache")).toBe("hit");
  expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
  await second.text();
  weir(["names", "add", "-", "--name", "test"], { input: "cidr,name\n10.0.0.1,box\n" });
  weir(["ingest", "logs", "--reread"]);
  const third = await ask({ by: ["client.ip"], limit: 3 });
  expect(third.headers.get("x-weir-cache")).toBe("miss");
  await third.text();
});

it("says where the mistake of a filter is", async () => {
  const response = await ask({ filter: "client.ip = 10.0.0.1 and verdct = denied" });
  expect(response.status).toBe(400);
  const problem = (await response.json()) as { span: unknown; request_id: string };
  expect(problem).toMatchObject({ code: "bad-filter", span: { from: 25, to: 31 } });
  expect(response.headers.get("x-request-id")).toBe(problem.request_id);
});

it("goes on when its workers are killed", async () => {
  const before = workers();
  expect(before).toHaveLength(2);
  for (const pid of before) process.kill(pid, "SIGKILL");
  await gone(before);
  const answered = await ask({ by: ["server.ip"] });
  expect([200, 500]).toContain(answered.status);
  await answered.text();
  expect((await ask({ by: ["server.port"] })).status).toBe(200);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^weir_worker_losses_total 2$/m);
  expect(metrics).toMatch(
    /weir_http_request_duration_seconds_count\{route="\/api\/v1\/query",method="POST",status="200"\}/,
  );
  expect(metrics).not.toContain("10.0.0.1");
  expect(server.told()).not.toContain("10.0.0.1");
});

it("leaves no worker behind when it is killed itself", async () => {
  const own = await startServer(lake);
  while (!(await fetch(`${own.url}/readyz`)).ok);
  const children = childrenOf(own.process.pid ?? 0);
  expect(children.length).toBeGreaterThanOrEqual(2);
  own.process.kill("SIGKILL");
  await gone(children);
});
