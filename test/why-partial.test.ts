import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDemoNames } from "../src/app/index.ts";
import { TrueWorld, type TrueLine } from "./true-world.ts";
import { ingest } from "./weir.ts";

/** `weir why` gives no negative verdict on lakes in which some of a world's logs are missing, or tell only part. */
const world = new TrueWorld();

beforeAll(() => world.write(), 60_000);
afterAll(() => rmSync(world.folder, { recursive: true, force: true }));

describe("lakes with missing logs", () => {
  /** The hour of the own scanner: all that is asked here happened in it, too. */
  const hour = (): { from: number; to: number } => {
    const { fromMs } = world.incident("vulnerability-scan");
    return { from: fromMs - 900_000, to: fromMs + 4_500_000 };
  };
  const inHour = (id: string): TrueLine => {
    const { from, to } = hour();
    return world.line(id, ({ start }) => start > from + 600_000 && start < to - 900_000);
  };

  /** A lake of that hour's AWS logs, each flow log's lines as `keep` leaves them; null leaves a flow log out. */
  async function lakeOf(name: string, keep: (flowLog: string, lines: string[]) => string[] | null): Promise<string> {
    const [from, to] = [join(world.logs, "s3"), join(world.folder, `${name}-logs`, "s3")];
    for (const file of readdirSync(from, { recursive: true, encoding: "utf8" })) {
      const [, flowLog, stamp] = /_(fl-[0-9a-f]+)_(\d{8}T\d{4}Z)_.*\.gz$/.exec(file) ?? [];
      if (flowLog === undefined || stamp === undefined) continue;
      const time = Date.parse(stamp.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5Z"));
      if (time < hour().from || time > hour().to) continue;
      const [head = "", ...rest] = gunzipSync(readFileSync(join(from, file)))
        .toString("utf8")
        .trimEnd()
        .split("\n");
      const kept = keep(flowLog, rest);
      if (kept === null) continue;
      mkdirSync(join(to, file, ".."), { recursive: true });
      writeFileSync(join(to, file), gzipSync(`${[head, ...kept].join("\n")}\n`, { level: 1 }));
    }
    const dir = join(world.folder, name);
    await loadDemoNames(dir, world.logs);
    ingest(dir, to, "--final", "--workers", "1");
    return dir;
  }

  it("says nothing about a side without a log", async () => {
    const prod = world.flowLogOf("prod");
    const dir = await lakeOf("one-sided", (flowLog, all) => (flowLog === prod ? null : all));
    const first = inHour("nacl-return-path");
    const asked = await world.why(dir, first.client_ip, `${first.server_ip}:6379`);
    expect(asked.sentence).toMatch(
      /not answered; where it ended cannot be said, because 10\.20\.30\.12 is not logged in this time/,
    );
    expect(asked.sides.server.request).toBe("unlogged");
    const silent = await world.why(dir, world.ip("dev-1"), `${world.ip("db-1")}:9999`);
    expect([silent.verdict, silent.sentence]).toEqual([
      "unknown",
      expect.stringMatching(/^No record of it, and no verdict: .* is not logged/),
    ]);
  }, 30_000);

  it("does not take a refusal that is not logged for a loss on the way", async () => {
    const prod = world.flowLogOf("prod");
    const dir = await lakeOf("accepts", (flowLog, all) =>
      flowLog === prod ? all.filter((line) => !line.includes(" REJECT ")) : null,
    );
    const refused = inHour("vulnerability-scan");
    const { verdict, sentence } = await world.why(
      dir,
      refused.client_ip,
      `${refused.server_ip}:${refused.server_port}`,
    );
    expect(verdict).toBe("unknown");
    expect(sentence).toContain(`flow log ${prod} has no refused record, so it may log accepted traffic only`);
  }, 30_000);

  it("does not take silence of a log of refusals for silence of the host", async () => {
    const prod = world.flowLogOf("prod");
    const dir = await lakeOf("refusals", (flowLog, all) =>
      flowLog === prod ? all.filter((line) => !line.includes(" ACCEPT ")) : null,
    );
    const first = inHour("silent-host");
    const silent = await world.why(dir, first.client_ip, `${first.server_ip}:8443`);
    expect(silent.verdict).toBe("unknown");
    expect(silent.sentence).toContain("has no accepted record, so it may log refusals only");
  }, 30_000);

  it("does not take silence of a log that lost records for anything", async () => {
    const prod = world.flowLogOf("prod");
    const dir = await lakeOf("lossy", (flowLog, all) =>
      flowLog === prod ? all.map((line) => line.replace(" NODATA", " SKIPDATA")) : null,
    );
    const unseen = await world.why(dir, "spare-1", "spare-2:1234");
    expect(unseen.verdict).toBe("unknown");
    expect(unseen.sentence).toMatch(/\(SKIPDATA\)/);
  }, 30_000);
});
