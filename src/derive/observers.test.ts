import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NOON, openBench, type Bench, type Record } from "./flow-fixture.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-observers-"));
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(folder);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

it("counts no record of an hour before or after: then the hour would not look silent", async () => {
  const minute = (at: number, more: Partial<Record> = {}): Record => ({
    from: "10.0.0.1:50000",
    to: "10.0.0.2:443",
    at: at * 60,
    bytes: 1,
    ...more,
  });
  // Silent from 12:50 to 14:05, while another one writes; what is near the hour between is read with it.
  const own = [40, 45, 49, 125, 130].map((at) => minute(at, { flowLog: "fl-silent" }));
  const others = [30, 65, 90, 119, 130].map((at) =>
    minute(at, { flowLog: "fl-other", observer: "eni-b", point: "dst" }),
  );
  await bench.derive([...own, ...others], { hours: 3 });
  const rows = await bench.rows(
    `SELECT flow_log_id, (epoch_us(time) - ${NOON}) // 3600000000, records FROM out_observers ORDER BY ALL`,
  );
  expect(rows.map((row) => row.map((cell) => (typeof cell === "string" ? cell : Number(cell))))).toEqual([
    ["fl-other", 0, 1],
    ["fl-other", 1, 3],
    ["fl-other", 2, 1],
    ["fl-silent", 0, 3],
    ["fl-silent", 1, 0],
    ["fl-silent", 2, 2],
  ]);
});

it("keeps observations of records whose flow log tells no protocol", async () => {
  const record = { protocol: null, from: "10.0.0.1:50000", to: "10.0.0.2:443", bytes: 7 } as const;
  const [found] = await bench.derive([record, { ...record, observer: "eni-b", point: "dst" }]);
  expect(found).toMatchObject([{ bytes: 7 }]);
  expect(await bench.rows("SELECT observer_id, bytes::INTEGER FROM out_observations ORDER BY ALL")).toEqual([
    ["eni-a", 7],
    ["eni-b", 7],
  ]);
});
