import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EntityJson, FoundJson, MapJson } from "../src/api/contract/index.ts";
import { addNames } from "../src/app/index.ts";
import { end, entry } from "../src/decode/gcp/gcp-entries.fake.ts";
import { startServer, type Server } from "./server.ts";
import { ingest } from "./weir.ts";

/** The map, entities and finding, over a small lake of two clouds. */
const folder = mkdtempSync(join(tmpdir(), "weir-map-"));
const dataDir = join(folder, "lake");
const START = Date.UTC(2026, 2, 1, 10) / 1000;
const HEAD =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id subnet-id instance-id flow-direction";

interface Line {
  readonly eni: string;
  readonly from: string;
  readonly to: string;
  readonly action?: "ACCEPT" | "REJECT";
  readonly port?: number;
  readonly place: readonly [account: string, vpc: string, subnet: string, instance: string];
  readonly way?: "egress" | "ingress";
  readonly bytes?: number;
}

function lineOf(
  { eni, from, to, action = "ACCEPT", port = 443, place, way = "egress", bytes = 5000 }: Line,
  at: number,
): string {
  const [account, vpc, subnet, instance] = place;
  return `5 ${account} ${eni} ${from} ${to} ${40_000 + at} ${port} 6 10 ${bytes} ${START + at} ${START + at + 50} ${action} OK ${vpc} ${subnet} ${instance} ${way}`;
}

const web = ["111111111111", "vpc-1", "subnet-a", "web"] as const;
const twin = ["222222222222", "vpc-2", "subnet-b", "twin"] as const;
const lines: readonly Line[] = [
  // One address at two interfaces, in two accounts.
  { eni: "eni-1", from: "10.1.0.10", to: "10.2.0.20", place: web },
  { eni: "eni-2", from: "10.1.0.10", to: "93.184.216.34", place: twin },
  { eni: "eni-1", from: "10.1.0.10", to: "93.184.216.34", place: web },
  {
    eni: "eni-1",
    from: "198.51.100.7",
    to: "10.1.0.10",
    action: "REJECT",
    port: 22,
    place: web,
    way: "ingress",
    bytes: 40,
  },
  { eni: "eni-1", from: "10.1.0.10", to: "172.16.9.9", place: web },
];

let server: Server;
let base = "";

beforeAll(async () => {
  const logs = join(folder, "logs");
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(logs, "aws.log"), `${[HEAD, ...lines.map(lineOf)].join("\n")}\n`);
  const flow = entry({ src_instance: end("web").instance, src_vpc: end("web").vpc, dest_instance: end("db").instance });
  writeFileSync(join(logs, "gcp.jsonl"), `${JSON.stringify(flow)}\n`);
  ingest(dataDir, logs, "--final", "--workers", "1");
  const names = join(folder, "names.csv");
  writeFileSync(names, "cidr,name\n10.2.0.20,shop-db\n93.184.216.0/24,Partner\n172.16.9.0/24,office\n");
  await addNames(dataDir, { files: [names], stdin: process.stdin });
  server = await startServer(dataDir);
  base = `${new URL(server.url).origin}/api/v1`;
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${base}${path}`)).json()) as T;
}

async function entity(kind: string, id: string): Promise<EntityJson> {
  return get<EntityJson>(`/entities/${kind}/${encodeURIComponent(id)}`);
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "content-type": "application/json" };
  return (await (await fetch(`${base}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json()) as T;
}

describe("entities", () => {
  it("of an address at two interfaces are told with both, and when it was so", async () => {
    const found = await entity("address", "10.1.0.10");
    const of = (kind: string): string[] => found.identity.filter((part) => part.kind === kind).map(({ id }) => id);
    expect(of("interface").sort()).toEqual(["eni-1", "eni-2"]);
    expect(of("account").sort()).toEqual(["111111111111", "222222222222"]);
    expect(found.identity.every(({ from, to }) => from !== null && to !== null)).toBe(true);
    expect(found.first_seen).toBe("2026-03-01T10:00:00.000Z");
    expect(found.days.map(({ day, hours }) => [day, hours])).toEqual([["2026-03-01", [10]]]);
    expect(found.is_public).toBe(false);
  });

  it("of an id in two clouds name both", async () => {
    const found = await entity("instance", "web");
    expect(
      found.identity
        .filter(({ kind }) => kind === "provider")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["aws", "gcp"]);
    expect(found.filter).toBe("instance = web");
  });

  it("of a block are its addresses", async () => {
    const found = await entity("block", "10.1.0.77/24");
    expect(found.id).toBe("10.1.0.0/24");
    expect(found.identity.filter(({ kind }) => kind === "address").map(({ id }) => id)).toEqual(["10.1.0.10"]);
  });

  it("that were never seen say so, and what was searched, and what is near", async () => {
    const found = await entity("address", "10.1.0.99");
    expect([found.first_seen, found.days]).toEqual([null, []]);
    expect(found.searched?.from).toBe("2026-03-01T10:00:00.000Z");
    expect(found.nearest.map(({ id }) => id)).toContain("10.1.0.10");
  });

  it.each([
    ["subnet", `x'"; DROP TABLE presence; --`],
    ["network", "%"],
    ["interface", "eni-1' OR 1=1 --"],
    ["account", "../../etc/passwd"],
    ["instance", "<script>alert(1)</script>"],
    ["instance", "日本\u0000語"],
  ])("with hostile ids are text: %s %s", async (kind, id) => {
    const found = await entity(kind, id);
    expect([found.id, found.first_seen, found.identity]).toEqual([id, null, []]);
  });

  it("refuses what cannot be an address", async () => {
    const response = await fetch(`${base}/entities/address/nonsense`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, "bad-entity"]);
  });
});

describe("finding", () => {
  const ids = async (text: string): Promise<string[]> =>
    (await get<FoundJson>(`/find?text=${encodeURIComponent(text)}`)).found.map(({ kind, id }) => `${kind} ${id}`);

  it("knows names, addresses and ids, and blocks as they are written", async () => {
    expect(await ids("shop")).toEqual(["address 10.2.0.20"]);
    expect(await ids("10.1.0.1")).toEqual(["address 10.1.0.10"]);
    expect(await ids("10.1")).toEqual(["address 10.1.0.10"]);
    expect(await ids("vpc-")).toEqual(["network vpc-1", "network vpc-2"]);
    expect(await ids("10.9.0.0/16")).toEqual(["block 10.9.0.0/16"]);
  });

  it("takes anything for text", async () => {
    for (const text of ["'", '"; --', "%", "10.1.0.0.0", "::", "/", "\\", "999.1"])
      expect(Array.isArray(await ids(text))).toBe(true);
    expect(await ids("")).toEqual([]);
  });
});

describe("the map", () => {
  it("has every conversation on one edge, between boxes that its logs or names tell", async () => {
    const map = await post<MapJson>("/map", {});
    const { rows } = await post<{ rows: Record<string, number>[] }>("/query", {
      by: [],
      measures: ["bytes", "conversations", "denied"],
    });
    const [total = {}] = rows;
    expect(map.totals).toEqual([total["bytes"], total["conversations"], total["denied"]]);
    const sums = [0, 1, 2].map((at) => map.edges.reduce((sum, edge) => sum + (edge[at + 2] ?? 0), 0));
    expect(sums).toEqual(map.totals);
    const path = (at: number): string => {
      const node = map.nodes[at];
      return node === undefined ? "" : `${path(node.parent)}/${node.name ?? node.value}`;
    };
    const leaves = map.nodes.map((_, at) => path(at));
    expect(leaves).toContain("/aws/111111111111/vpc-1/subnet-a/10.1.0.10");
    expect(leaves).toContain("/aws/222222222222/vpc-2/subnet-b/10.1.0.10");
    expect(leaves).toContain("/outside/internet/Partner");
    expect(leaves).toContain("/outside/internet/198.51.0.0/16");
    expect(leaves).toContain("/outside/private/office/172.16.9.9");
  });

  it("has filters that find what its edges count", async () => {
    const map = await post<MapJson>("/map", {});
    for (const [client = 0, server = 0, bytes, conversations] of map.edges) {
      const filter = [
        map.nodes[client]?.filter?.replaceAll("END.", "client."),
        map.nodes[server]?.filter?.replaceAll("END.", "server."),
      ].join(" and ");
      const { rows } = await post<{ rows: Record<string, number>[] }>("/query", {
        by: [],
        filter,
        measures: ["bytes", "conversations"],
      });
      expect([filter, rows[0]?.["bytes"], rows[0]?.["conversations"]]).toEqual([filter, bytes, conversations]);
    }
  });

  it("compares with the time before", async () => {
    const map = await post<MapJson>("/map", {
      from: "2026-03-01T11:00:00Z",
      to: "2026-03-01T12:00:00Z",
      compare: true,
    });
    expect(map.compared).toEqual({ from: "2026-03-01T10:00:00.000Z", to: "2026-03-01T11:00:00.000Z" });
    expect(map.totals.slice(0, 3)).toEqual([0, 0, 0]);
    expect(map.totals[4]).toBeGreaterThan(0);
  });
});
