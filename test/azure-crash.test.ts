import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../src/demo/random.ts";
import {
  account,
  accountKey,
  GrowingBlob,
  startAzureCloud,
  vnetBlobName,
  vnetRecord,
  type AzureCloud,
} from "./azure-cloud.ts";
import { FaultProxy } from "./clouds/fault-proxy.ts";
import { strayFiles } from "./lake-files.ts";
import { rowsOf } from "./lake-rows.ts";
import { killHard, pause, startWeir, type Running } from "./process-tree.ts";

const NICS = 24;
const ROUNDS = 10;
const folder = mkdtempSync(join(tmpdir(), "weir-azure-crash-"));
let cloud: AzureCloud;
let proxy: FaultProxy;

beforeAll(async () => {
  process.env["WEIR_TEST_AZURE_KEY"] = accountKey;
  cloud = await startAzureCloud();
  proxy = await FaultProxy.start({ url: cloud.blobUrl }, { rate: 0.1, silentMs: 50 });
});
afterAll(async () => {
  await proxy.close();
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

function collect(lake: string, server: string): Running {
  const config = join(folder, `${lake}.yaml`);
  writeFileSync(
    config,
    `sources:\n  - name: azure\n    url: azblob://${account}/flows\n    endpoint: ${server}/${account}\n    secret: env:WEIR_TEST_AZURE_KEY\n`,
  );
  return startWeir(["collect", "--config", config, "--data", join(folder, lake), "--json"]);
}

it("a collector that is killed at any instant, and a second one beside it, lose and double nothing of growing blobs", async () => {
  const container = cloud.blobs.getContainerClient("flows");
  await container.create();
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const blobs = Array.from({ length: NICS }, (_, nic) => {
    const mac = `0022487B${nic.toString(16).toUpperCase().padStart(4, "0")}`;
    return { mac, nic, blob: new GrowingBlob(container, vnetBlobName("HUB", hour, mac)) };
  });
  const random = new Random("azure-crash", 1);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { blob, mac, nic } of blobs) {
      const tuple = (index: number): string =>
        `${hour + round * 1000 + index},10.0.${nic}.4,198.51.100.7,${20_000 + round * 50 + index},443,6,O,E,NX,3,200,4,300`;
      await blob.add(
        vnetRecord(
          hour + round * 1000,
          mac,
          Array.from({ length: 50 }, (_, index) => tuple(index)),
        ),
      );
    }
    const running = [collect("killed", proxy.url)];
    if (round % 3 === 2) running.push(collect("killed", proxy.url));
    await pause(random.between(600, 4000));
    for (const each of running) killHard(each, "tree");
    await Promise.all(running.map(({ ended }) => ended));
  }
  proxy.rate = 0;
  for (let tries = 0; (await collect("killed", proxy.url).ended).code !== 0; tries++) expect(tries).toBeLessThan(5);
  expect((await collect("fresh", cloud.blobUrl).ended).code).toBe(0);
  const rows = await rowsOf(join(folder, "killed"), "position", (key) => key);
  expect(rows).toHaveLength(NICS * ROUNDS * 50);
  expect(rows).toEqual(await rowsOf(join(folder, "fresh"), "position", (key) => key));
  expect(strayFiles(join(folder, "killed"))).toEqual([]);
});
