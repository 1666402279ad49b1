import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openCatalog } from "../src/catalog/index.ts";
import { flowLine, flowLines } from "./aws-lines.ts";
import { rowsOf } from "./lake-rows.ts";
import { pause, startWeir } from "./process-tree.ts";
import { ingest, type IngestReport } from "./weir.ts";

const root = mkdtempSync(join(tmpdir(), "weir-growth-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let lake: string;
let logs: string;
let log: string;
let number = 0;
beforeEach(() => {
  folder = join(root, String(number++));
  lake = join(folder, "lake");
  logs = join(folder, "logs");
  log = join(logs, "a.log");
  mkdirSync(logs, { recursive: true });
});

/** Reads logs as they grow. What is derived of them has its own tests, and takes as long again. */
const read = (dataDir: string, ...args: string[]): IngestReport => ingest(dataDir, "--no-derive", ...args);

/** Reads all logs, and compares the lake with one that reads the same files for the first time. */
async function mustBeAsNew(...options: string[]): Promise<IngestReport> {
  const report = read(lake, logs, "--workers", "1", ...options);
  const fresh = join(folder, `fresh-${number++}`);
  read(fresh, logs, "--workers", "1", ...options);
  expect(await rowsOf(lake, "position", (key) => basename(key))).toEqual(
    await rowsOf(fresh, "position", (key) => basename(key)),
  );
  expect(totals(lake)).toEqual(totals(fresh));
  return report;
}

function totals(dataDir: string): object {
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "read" });
  const { records, flowsByType, reasons, bytes } = catalog.objectTotals();
  const { version } = catalog.snapshot();
  catalog.close();
  expect(version).toBeGreaterThan(0);
  return { records, flowsByType, reasons, bytes };
}

const version = (): number => {
  const catalog = openCatalog(join(lake, "catalog.db"), { mode: "read" });
  const now = catalog.version();
  catalog.close();
  return now;
};

/** As if the file had been left alone for a while. */
function age(path: string, seconds: number): void {
  const time = Date.now() / 1000 - seconds;
  utimesSync(path, time, time);
}

describe("a file of lines", () => {
  it("is read on when it grows, each line once, whatever the ends of lines", async () => {
    writeFileSync(log, flowLines(0, 50));
    expect((await mustBeAsNew()).objects).toMatchObject({ read: 1, grown: 0 });
    appendFileSync(log, flowLines(50, 60));
    expect(await mustBeAsNew()).toMatchObject({ objects: { read: 0, grown: 1 }, records: { total: 10, flows: 10 } });
    appendFileSync(log, `${flowLine(60)}\r\n\n${flowLine(61)}\n`);
    expect((await mustBeAsNew()).records.total).toBe(2);
    expect((await mustBeAsNew()).objects).toMatchObject({ read: 0, grown: 0, unchanged: 1 });
  });

  it("keeps its unfinished last line for later while it is young, with --final not", async () => {
    const whole = flowLine(3);
    writeFileSync(log, flowLines(0, 3) + whole.slice(0, -20));
    expect((await mustBeAsNew()).records).toMatchObject({ total: 3, flows: 3, malformed: 0 });
    appendFileSync(log, `${whole.slice(-20)}\n${flowLine(4)}`);
    expect((await mustBeAsNew()).records).toMatchObject({ total: 1, flows: 1 });
    expect((await mustBeAsNew("--final")).records).toMatchObject({ total: 1, flows: 1 });
    // Nobody can tell whether the last line had come to its end: the file is read whole, and its rows are replaced.
    appendFileSync(log, `\n${flowLine(5)}`);
    expect((await mustBeAsNew("--final")).records).toMatchObject({ total: 6, flows: 6 });
    expect((await rowsOf(lake)).length).toBe(6);
    expect((await mustBeAsNew("--final")).objects).toMatchObject({ unchanged: 1 });
  });

  it("counts its unfinished last line once the file has become old", async () => {
    writeFileSync(log, flowLines(0, 3) + flowLine(3));
    age(log, 30);
    expect((await mustBeAsNew()).records.total).toBe(3);
    age(log, 120);
    expect((await mustBeAsNew()).records.total).toBe(1);
    expect((await mustBeAsNew()).objects).toMatchObject({ unchanged: 1 });
  });

  it("that was rewritten in place has its old rows replaced in one commit", async () => {
    writeFileSync(log, flowLines(0, 40));
    // Another object in the same segment stays.
    writeFileSync(join(logs, "b.log"), flowLines(1000, 1005));
    await mustBeAsNew();
    const before = version();
    writeFileSync(log, flowLines(500, 560));
    expect(await mustBeAsNew()).toMatchObject({ objects: { read: 1, unchanged: 1, grown: 0 }, records: { flows: 60 } });
    expect(version()).toBe(before + 1);
  });

  it("that was rewritten with the same size, or truncated, or emptied, is read anew", async () => {
    writeFileSync(log, flowLines(0, 40));
    await mustBeAsNew();
    writeFileSync(log, flowLines(0, 40).replaceAll("ACCEPT", "REJECT"));
    expect((await mustBeAsNew()).records.flows).toBe(40);
    truncateSync(log, statSync(log).size / 2);
    age(log, 120);
    const cut = await mustBeAsNew();
    expect(cut.records).toMatchObject({ total: 21, flows: 20, malformed: 1 });
    truncateSync(log, 0);
    const emptied = await mustBeAsNew();
    expect(emptied.records.total).toBe(0);
    appendFileSync(log, flowLines(90, 92));
    expect((await mustBeAsNew()).records.flows).toBe(2);
  });

  it("goes through rotation: what moved is not read twice, what is new is", async () => {
    writeFileSync(log, flowLines(0, 30));
    await mustBeAsNew();
    renameSync(log, `${log}.1`);
    writeFileSync(log, flowLines(30, 35));
    // The old name is read anew, so its rows go; those of the moved file must come in the same run.
    expect(await mustBeAsNew()).toMatchObject({ objects: { read: 2, unchanged: 0 }, problems: [] });
    expect((await rowsOf(lake)).length).toBe(35);
    expect((await mustBeAsNew()).objects).toMatchObject({ read: 0, unchanged: 2 });
  });
});

describe("an Azure blob", () => {
  const record = (minute: number): string =>
    JSON.stringify({
      time: `2026-03-03T12:${String(minute).padStart(2, "0")}:00Z`,
      flowLogVersion: 4,
      flowLogGUID: "g",
      macAddress: "00224871C205",
      category: "FlowLogFlowEvent",
      operationName: "FlowLogFlowEvent",
      flowRecords: {
        flows: [
          {
            aclID: "acl",
            flowGroups: [
              {
                rule: "Allow",
                flowTuples: [
                  `${1_772_539_200_000 + minute * 60_000},10.0.0.6,10.0.0.7,35370,${23 + minute},6,O,E,NX,3,200,4,300`,
                ],
              },
            ],
          },
        ],
      },
    });
  const blob = (minutes: number): string =>
    `{"records":[${Array.from({ length: minutes }, (_, minute) => record(minute)).join(",")}]}`;

  it("is read on as its blocks come, from 14 bytes up, and anew when it becomes shorter", async () => {
    const path = join(logs, "PT1H.json");
    for (const [minutes, flows] of [
      [0, 0],
      [1, 1],
      [2, 1],
      [7, 5],
      [7, 0],
      [59, 52],
    ] as const) {
      writeFileSync(path, blob(minutes));
      if (minutes === 0) expect(statSync(path).size).toBe(14);
      expect((await mustBeAsNew()).records, `${minutes} minutes`).toMatchObject({ total: flows, flows, malformed: 0 });
    }
    age(path, 120);
    read(lake, logs);
    expect(read(lake, logs).objects).toMatchObject({ read: 0, grown: 0, unchanged: 1 });
    writeFileSync(path, blob(3));
    expect((await mustBeAsNew()).records).toMatchObject({ total: 3, flows: 3 });
    writeFileSync(path, blob(0));
    expect((await mustBeAsNew()).records.total).toBe(0);
    expect(await rowsOf(lake)).toEqual([]);
  });
});

describe("contents", () => {
  it("gzip that is replaced by a longer one is read whole, once", async () => {
    const path = `${log}.gz`;
    writeFileSync(path, gzipSync(flowLines(0, 30)));
    await mustBeAsNew();
    writeFileSync(path, gzipSync(flowLines(0, 45)));
    expect((await mustBeAsNew()).records.flows).toBe(45);
    writeFileSync(path, Buffer.concat([gzipSync(flowLines(0, 45)), gzipSync(flowLines(45, 50) + flowLine(50))]));
    expect((await mustBeAsNew()).records.flows).toBe(51);
    writeFileSync(path, gzipSync(flowLines(0, 4000)).subarray(0, -500));
    expect((await mustBeAsNew()).problems).toEqual([expect.objectContaining({ code: "truncated-gzip" })]);
  });

  it("gzip that was cut in the last number of a line has no flow of that line", async () => {
    const names = "interface-id srcaddr dstaddr srcport dstport protocol start end action bytes";
    const line = "eni-0a 10.0.0.1 10.0.0.2 5000 443 6 1767225600 1767225660 ACCEPT 123456789";
    const whole = gzipSync(`${names}\n${line}\n${line}`, { level: 0 });
    // Stored as it is: the last eight bytes are the sum and the length, the three before them the last digits.
    writeFileSync(`${log}.gz`, whole.subarray(0, -11));
    const report = await mustBeAsNew();
    expect(report.records).toMatchObject({ total: 2, flows: 1, malformed: 1 });
  });

  it("tells that its unfinished last line waits", async () => {
    writeFileSync(log, flowLines(0, 3) + flowLine(3));
    expect((await mustBeAsNew()).problems).toMatchObject([{ object: log, code: "unfinished-record" }]);
    writeFileSync(log, flowLines(0, 4));
    expect((await mustBeAsNew()).problems).toEqual([]);
  });

  it("are read once, whatever they are called", async () => {
    writeFileSync(log, flowLines(0, 30));
    read(lake, logs);
    copyFileSync(log, join(logs, "copy.log"));
    const again = read(lake, logs);
    expect(again.objects).toMatchObject({ read: 0, unchanged: 2 });
    expect(again.problems).toEqual([expect.objectContaining({ code: "same-content", object: join(logs, "copy.log") })]);
    expect((await rowsOf(lake)).length).toBe(30);
    // In one run, by two workers.
    const together = join(folder, "together");
    expect(read(together, logs, "--workers", "2").objects).toMatchObject({ read: 1, unchanged: 1 });
    expect((await rowsOf(together)).length).toBe(30);
  });

  it("come from standard input once", async () => {
    for (const [text, read] of [
      [flowLines(0, 10), 1],
      [flowLines(0, 10), 0],
      [flowLines(0, 11), 1],
    ] as const) {
      const { code, stdout } = await startWeir(["ingest", "-", "--no-derive", "--json", "--data", lake], text).ended;
      expect(code).toBe(0);
      expect((JSON.parse(stdout) as IngestReport).objects).toMatchObject({ read, unchanged: 1 - read });
    }
    expect((await rowsOf(lake)).length).toBe(21);
  });
});

it("reports an object that vanished between listing and reading, and reads the others", async () => {
  writeFileSync(log, flowLines(0, 5));
  writeFileSync(join(logs, "gone.log"), flowLines(5, 9));
  writeFileSync(join(logs, "z.log"), flowLines(9, 12));
  // Files are listed first; what comes from standard input is taken after that.
  const running = startWeir(["ingest", logs, "-", "--no-derive", "--json", "--data", lake], null);
  while (true) {
    await pause(20);
    try {
      if (statSync(join(lake, "tmp")).isDirectory()) break;
    } catch {
      // Not yet.
    }
  }
  await pause(300);
  unlinkSync(join(logs, "gone.log"));
  running.child.stdin?.end(flowLines(20, 22));
  const { code, stdout } = await running.ended;
  const report = JSON.parse(stdout) as IngestReport;
  expect(code).toBe(0);
  expect(report.objects).toMatchObject({ read: 3, failed: 1 });
  expect(report.problems).toEqual([expect.objectContaining({ object: join(logs, "gone.log"), code: "unreadable" })]);
  expect((await rowsOf(lake)).length).toBe(10);
  // It comes back: failed is not for ever.
  writeFileSync(join(logs, "gone.log"), flowLines(5, 9));
  expect(read(lake, logs).objects).toMatchObject({ read: 1, unchanged: 2, failed: 0 });
});
