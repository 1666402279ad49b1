import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DescribedFlowLog } from "#model/told-flow-log.js";
import { Database } from "./database.ts";
import { openCatalog, type Catalog, type ToldLook } from "./index.ts";

let [folder, path] = ["", ""];
let catalog: Catalog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-told-"));
  path = join(folder, "catalog.db");
  catalog = openCatalog(path, { mode: "write" });
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true });
});

const flowLog = (id: string, change: Partial<DescribedFlowLog> = {}): DescribedFlowLog => ({
  provider: "aws",
  id,
  name: null,
  account: "111111111111",
  region: "eu-west-1",
  targetKind: "network",
  target: "vpc-1",
  destination: "s3://logs/",
  format: null,
  traffic: "all",
  intervalSeconds: 600,
  filter: null,
  recordTypes: null,
  retentionDays: null,
  isEnabled: true,
  deliveryError: null,
  createdMs: null,
  ...change,
});
const look = (atMs: number, flowLogs: DescribedFlowLog[], more: Partial<ToldLook> = {}): ToldLook => ({
  atMs,
  flowLogs,
  interfaces: [],
  whole: [],
  interfacesOf: [],
  ...more,
});
const told = (): Record<string, unknown> =>
  Object.fromEntries(catalog.told.flowLogs().map(({ id, toldMs, goneMs }) => [id, [toldMs, goneMs]]));

describe("what control planes told", () => {
  it("is kept whole, with its time, and the newest look stands", () => {
    const full = flowLog("fl-1", {
      name: "prod",
      format: "${version} ${srcaddr}",
      traffic: "reject",
      filter: "dstPort=443",
      recordTypes: "B,D",
      retentionDays: 30,
      isEnabled: false,
      deliveryError: "Access error\u0000\n",
      createdMs: 5,
    });
    catalog.told.keep(look(1000, [full]));
    expect(catalog.told.flowLogs()).toEqual([
      { ...full, deliveryError: expect.stringContaining("Access error"), toldMs: 1000, goneMs: null },
    ]);
    catalog.told.keep(look(2000, [flowLog("fl-1", { traffic: "accept" })]));
    // An older export is found later.
    catalog.told.keep(look(1500, [flowLog("fl-1", { traffic: "all" })]));
    expect(catalog.told.flowLogs()).toMatchObject([{ traffic: "accept", toldMs: 2000, name: null }]);
  });

  it("keeps the account and region that an export does not know", () => {
    catalog.told.keep(look(1000, [flowLog("fl-1")]));
    catalog.told.keep(look(2000, [flowLog("fl-1", { account: "unknown", region: "unknown", traffic: "reject" })]));
    expect(catalog.told.flowLogs()).toMatchObject([
      { account: "111111111111", region: "eu-west-1", traffic: "reject", toldMs: 2000 },
    ]);
  });

  it("is gone where a look at its whole place does not find it, and only there; and comes back", () => {
    const others = [flowLog("fl-2", { region: "us-east-1" }), flowLog("fl-3", { account: "222222222222" })];
    catalog.told.keep(look(1000, [flowLog("fl-1"), ...others]));
    const whole = [{ account: "111111111111", region: "eu-west-1" }];
    catalog.told.keep(look(2000, [], { whole }));
    catalog.told.keep(look(3000, [], { whole }));
    expect(told()).toEqual({ "fl-1": [1000, 2000], "fl-2": [1000, null], "fl-3": [1000, null] });
    catalog.told.keep(look(4000, [flowLog("fl-1")], { whole: [{ account: "111111111111", region: null }] }));
    expect(told()).toEqual({ "fl-1": [4000, null], "fl-2": [1000, 4000], "fl-3": [1000, null] });
  });

  it("counts as a change of the lake, so that no answer from before is given again", () => {
    const before = catalog.version();
    catalog.told.keep(look(1000, [flowLog("fl-1")]));
    expect(catalog.version()).toBeGreaterThan(before);
  });

  it("takes the place of the interfaces of the accounts that were listed whole", () => {
    const face = (id: string, account: string): ToldLook["interfaces"][number] => ({
      id,
      subnet: "s",
      network: "n",
      account,
      mac: "000D3A",
      ownGroup: null,
      subnetGroup: "g",
    });
    catalog.told.keep(look(1000, [], { interfaces: [face("a", "1"), face("b", "2")] }));
    catalog.told.keep(look(2000, [], { interfaces: [face("c", "1")], interfacesOf: ["1"] }));
    expect(catalog.told.interfaces().map(({ id }) => id)).toEqual(["b", "c"]);
  });

  it("is found by the ids of records: the flow log's, the security group's, the GUID that records showed", () => {
    const resource = "/subscriptions/s/networkwatchers/w/flowlogs/hub";
    catalog.told.keep(
      look(1000, [
        flowLog("fl-1"),
        flowLog("/s/flowlogs/old", { provider: "azure", targetKind: "security-group", target: "/s/nsg/web" }),
        flowLog(resource, { provider: "azure", target: "/s/vnet/hub" }),
      ]),
    );
    const db = new Database(path, "write");
    db.run("INSERT INTO flow_log_resources (flow_log_id, resource_id) VALUES ('guid-1', ?)", [resource]);
    db.close();
    const byRecords = catalog.told.byRecords();
    expect(["fl-1", "/s/nsg/web", "guid-1"].map((id) => byRecords.get(id)?.id)).toEqual([
      "fl-1",
      "/s/flowlogs/old",
      resource,
    ]);
  });
});

it("is nothing in a lake that an older version wrote, and is only read", () => {
  const db = new Database(path, "write");
  for (const table of ["told_flow_logs", "told_interfaces", "looks", "flow_log_resources"])
    db.exec(`DROP TABLE ${table}`);
  db.run("UPDATE meta SET value = '6' WHERE key = 'schema'");
  db.close();
  const reading = openCatalog(path, { mode: "read" });
  expect([reading.told.byRecords().size, reading.told.interfaces(), reading.told.lastLook("aws")]).toEqual([
    0,
    [],
    undefined,
  ]);
  reading.close();
});
