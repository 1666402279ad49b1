import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { Database } from "../src/catalog/database.ts";
import { flowLine, flowLines } from "./aws-lines.ts";
import { childrenOf, gone, killHard, pause } from "./process-tree.ts";
import { cloudWatch, KEY, numbersIn, PushedLake } from "./pushed.ts";
import { eventually, serve, type Served } from "./served.ts";

/** What was answered is in the lake once, whatever is killed when. */
const root = mkdtempSync(join(tmpdir(), "weir-push-crash-"));
const lakes: { readonly served: Served }[] = [];
afterAll(async () => {
  for (const { served } of lakes) {
    killHard(served.running, "tree");
    await served.running.ended;
  }
  rmSync(root, { recursive: true, force: true });
});

async function newLake(name: string, ...more: string[]): Promise<PushedLake> {
  const lake = new PushedLake(join(root, name), more);
  await lake.start();
  lakes.push(lake);
  return lake;
}

/** Kills a server and all that it started, and starts it anew. */
async function killAndRestart(lake: PushedLake): Promise<void> {
  const { running } = lake.served;
  const children = childrenOf(running.pid);
  killHard(running, "tree");
  await running.ended;
  await gone(children);
  await lake.start();
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
const wrapped = (number: number): string => `{"message":"${flowLine(number)}"}`;
/** Every third goes to another object than the others. */
const recordOf = (number: number): string | Buffer =>
  number % 3 === 0 ? gzipSync(cloudWatch(number, number + 1)) : wrapped(number);
const spoolOf = (lake: PushedLake): string => join(lake.dataDir, "push", "hose");
const spoolFiles = (lake: PushedLake, ending: string): string[] =>
  readdirSync(spoolOf(lake)).filter((name) => name.endsWith(ending));

describe("SIGKILL under load", () => {
  const KILLS = 6;
  const SENDERS = 4;
  const RECORDS = 20;

  it(`at ${KILLS} random instants: what was answered, and what was sent again, is there once`, async () => {
    const lake = await newLake("load");
    let next = 0;
    let isRestarting: Promise<void> | undefined;
    const over = new AbortController();
    let again = 0;
    const sender = async (): Promise<void> => {
      while (!over.signal.aborted) {
        const first = RECORDS * next++;
        const data = upTo(RECORDS).map((at) => recordOf(first + at));
        for (let answered = 0; answered < 1;) {
          await isRestarting;
          const status = await lake.firehose(`delivery-${first}`, data).then(
            (answer) => answer.status,
            () => 0,
          );
          if (status === 200) answered++;
          else again++;
          // Firehose sends what was answered again, too, when the answer was lost.
          if (status === 200 && first % 7 === 0) await lake.firehose(`delivery-${first}`, data).catch(() => undefined);
        }
      }
    };
    const senders = Array.from({ length: SENDERS }, sender);
    for (let kill = 0; kill < KILLS; kill++) {
      // Around the moments when files are closed, collected and removed.
      await pause(500 + ((kill * 977) % 6000));
      isRestarting = killAndRestart(lake);
      await isRestarting;
    }
    await pause(1000);
    over.abort();
    await Promise.all(senders);
    await lake.settled("hose");
    expect(again).toBeGreaterThan(0);
    expect(await numbersIn(lake)).toEqual(upTo(RECORDS * next));
    expect(readdirSync(spoolOf(lake))).toEqual([]);
  }, 600_000);
});

describe("a crash at an instant that is hard to meet", () => {
  it("between the commit and the end of the spool file doubles nothing, with ids in the catalog and without", async () => {
    const lake = await newLake("commit");
    await lake.firehose("a", upTo(6).map(recordOf));
    const file = await eventually(
      async () => spoolFiles(lake, ".spool")[0] ?? spoolFiles(lake, ".open")[0] ?? "",
      (name) => name !== "",
    );
    // Durable: as it is now it is whole.
    const kept = join(root, "kept.spool");
    copyFileSync(join(spoolOf(lake), file), kept);
    await lake.settled("hose");
    for (const forgetsIds of [false, true]) {
      const { running } = lake.served;
      const children = childrenOf(running.pid);
      killHard(running, "tree");
      await running.ended;
      await gone(children);
      if (forgetsIds) {
        const db = new Database(join(lake.dataDir, "catalog.db"), "write");
        expect(db.run("DELETE FROM push_deliveries")).toBe(1);
        db.close();
      }
      copyFileSync(kept, join(spoolOf(lake), file.replace(".open", ".spool")));
      await lake.start();
      expect((await lake.firehose("a", upTo(6).map(recordOf))).status).toBe(200);
      await lake.settled("hose");
      expect(await numbersIn(lake)).toEqual(upTo(6));
      expect(readdirSync(spoolOf(lake))).toEqual([]);
    }
  });

  it("in the middle of a delivery keeps those before it, and takes it when it is sent again", async () => {
    const lake = await newLake("torn");
    await lake.firehose("whole", upTo(3).map(recordOf));
    const { running } = lake.served;
    const children = childrenOf(running.pid);
    killHard(running, "tree");
    await running.ended;
    await gone(children);
    const [open] = spoolFiles(lake, ".open");
    appendFileSync(join(spoolOf(lake), open ?? ""), Buffer.from("WPF1 and what the disk had of it"));
    await lake.start();
    expect((await lake.firehose("whole", upTo(3).map(recordOf))).status).toBe(200);
    expect((await lake.firehose("torn", [recordOf(3), recordOf(4)])).status).toBe(200);
    await lake.settled("hose");
    expect(await numbersIn(lake)).toEqual(upTo(5));
  });

  it("of a sender that never hears the answer: it is the same delivery when it comes again", async () => {
    const lake = await newLake("unheard");
    const body = JSON.stringify({
      requestId: "unheard",
      timestamp: 1,
      records: upTo(4).map((number) => ({ data: Buffer.from(recordOf(number)).toString("base64") })),
    });
    const { hostname, port } = new URL(lake.served.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.end(
          `POST /api/v1/push/hose/firehose HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Amz-Firehose-Access-Key: ${KEY}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      });
      socket.on("error", () => undefined);
      // It goes away when the answer begins to come.
      socket.once("data", () => socket.destroy());
      socket.on("close", () => resolve());
    });
    expect((await lake.firehose("unheard", upTo(4).map(recordOf))).status).toBe(200);
    expect((await lake.settled("hose")).push).toMatchObject({ deliveries: 2, repeated: 1 });
    expect(await numbersIn(lake)).toEqual(upTo(4));
  });
});

describe("a spool that fills", () => {
  it("answers 503 with the reason, loses nothing, and is read when the layout is told", async () => {
    const lake = await newLake("behind", "limits: { push_waiting: 20kB }");
    // Of a flow log whose layout nobody told: it waits.
    const own = (number: number): string =>
      `eni-0a1b2c3d 10.0.0.1 10.0.1.1 ${1000 + number} 1772539200 1772539259 ACCEPT`;
    let taken = 0;
    let refused = await lake.firehose("own-0", []);
    for (let delivery = 1; refused.status === 200; delivery++) {
      const data = upTo(10).map((at) => own(taken + at));
      refused = await lake.firehose(`own-${delivery}`, data);
      if (refused.status === 200) taken += 10;
    }
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((JSON.parse(refused.text) as { errorMessage: string }).errorMessage).toContain("wait to be read");
    const stuck = await eventually(
      async () => lake.source("hose"),
      ({ state }) => state === "failing",
    );
    expect(stuck.last_error).toContain("log_format");
    expect(stuck.push?.waiting_bytes).toBeGreaterThan(10_000);
    expect(await lake.served.stop()).toBe(0);
    const { dataDir } = lake;
    const told = new PushedLake(join(root, "behind"), ["limits: { push_waiting: 20kB }"]);
    const format = "${interface-id} ${srcaddr} ${dstaddr} ${bytes} ${start} ${end} ${action}";
    told.withFormat("hose", format);
    await told.start();
    lakes.push(told);
    expect((await told.settled("hose")).records).toMatchObject({ flows: taken, malformed: 0 });
    expect(await numbersIn({ dataDir })).toEqual(upTo(taken));
    expect((await told.firehose("own-1", upTo(10).map(own))).status).toBe(200);
    expect((await told.settled("hose")).records.flows).toBe(taken);
  });
});

describe("two servers of one lake", () => {
  it("do not both take deliveries; the other takes over", async () => {
    const lake = await newLake("two");
    const other = await serve(lake.dataDir);
    lakes.push({ served: other });
    const toOther = async (): Promise<Response> =>
      other.send("/push/edge", flowLines(0, 3), { authorization: `Bearer ${KEY}`, "idempotency-key": "shared" });
    const refused = await toOther();
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, "push-elsewhere"]);
    const first = await lake.post("/push/edge", flowLines(0, 3), {
      authorization: `Bearer ${KEY}`,
      "idempotency-key": "shared",
    });
    expect(first.status).toBe(200);
    expect(await lake.served.stop()).toBe(0);
    const taken = await eventually(toOther, ({ status }) => status !== 503);
    expect(await taken.json()).toEqual({ delivery: "shared", repeated: true });
    await eventually(
      async () => numbersIn(lake),
      (numbers) => numbers.length > 0,
    );
    expect(await numbersIn(lake)).toEqual(upTo(3));
    expect(await other.stop()).toBe(0);
  });
});
