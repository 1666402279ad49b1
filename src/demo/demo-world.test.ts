import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentOf, listFiles, readWorld, type Read } from "./log-reader.fake.ts";
import { writeDemoWorld, type DemoTruth } from "./index.ts";

const endMs = Date.parse("2026-11-23T14:37:00Z");
const options = { seed: 1, hours: 2, scale: 0.2, endMs };

let root: string;
let truth: DemoTruth;
let files: string[];
let reads: Read[];
let silences: Readonly<Record<string, number>>;

async function worldHash(seed: number): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "weir-demo-"));
  await writeDemoWorld(directory, { ...options, seed, hours: 1 });
  const hash = createHash("sha256");
  for (const file of (await listFiles(directory)).sort())
    hash.update(file).update(await readFile(path.join(directory, file)));
  await rm(directory, { recursive: true });
  return hash.digest("hex");
}

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "weir-demo-"));
  truth = await writeDemoWorld(root, options);
  ({ files, reads, silences } = await readWorld(root));
});

afterAll(() => rm(root, { recursive: true }));

describe("the truth", () => {
  it("is in the file as it was returned", async () => {
    expect(JSON.parse(await contentOf(root, "truth.json"))).toEqual(truth);
  });

  it("names every file, and none twice", () => {
    expect(truth.files.map((file) => file.path).sort()).toEqual(files);
  });

  it("counts what a naive reader counts", () => {
    expect(truth.totals.flows).toBe(reads.length);
    expect([truth.totals.nodata, truth.totals.skipdata]).toEqual([silences.NODATA, silences.SKIPDATA]);
    expect(truth.files.reduce((sum, file) => sum + file.records, 0)).toBe(truth.totals.records);
    for (const day of truth.days) {
      const own = reads.filter((read) => read.logType === day.logType && read.day === day.day);
      const sum = (at: 0 | 1 | 2 | 3): number => own.reduce((total, read) => total + read.numbers[at], 0);
      expect([day.flows, day.srcBytes, day.srcPackets, day.dstBytes, day.dstPackets]).toEqual([
        own.length,
        sum(0),
        sum(1),
        sum(2),
        sum(3),
      ]);
      for (const action of ["allow", "deny", "observed"] as const)
        expect(day[action]).toBe(own.filter((read) => read.action === action).length);
    }
  });

  it("has every log type and traffic that both clouds saw", () => {
    expect(Object.keys(truth.byLogType).sort()).toEqual(["aws_tgw", "aws_vpc", "azure_nsg", "azure_vnet"]);
    expect(truth.pairs.some((pair) => pair.clouds.length === 2 && pair.clientBytes > 0)).toBe(true);
  });
});

it("refuses traffic in every log with a verdict", () => {
  for (const logType of ["aws_vpc", "azure_vnet", "azure_nsg"])
    expect(truth.days.filter((day) => day.logType === logType).reduce((sum, day) => sum + day.deny, 0)).toBeGreaterThan(
      5,
    );
});

it("never mixes address families, and has both", () => {
  const families = reads.map(({ fields }) =>
    [fields.src ?? fields.srcaddr ?? "", fields.dst ?? fields.dstaddr ?? ""].map((ip) => ip.includes(":")),
  );
  expect(families.every(([src, dst]) => src === dst)).toBe(true);
  expect(families.some(([src]) => src)).toBe(true);
});

describe("AWS objects", () => {
  const key =
    /AWSLogs\/(?:(?:aws-account-id=)?(?<acct>\d{12}))\/(?:(?:aws-)?service=)?vpcflowlogs\/(?:aws-region=)?(?<region>[a-z0-9-]+)\/(?:year=)?(?<y>\d{4})\/(?:month=)?(?<m>\d{2})\/(?:day=)?(?<d>\d{2})\/(?:(?:hour=)?(?<h>\d{2})\/)?\k<acct>_vpcflowlogs_\k<region>_(?<fl>fl-[0-9a-f]+)_(?<ts>\d{8}T\d{4}Z)_(?<hash>[0-9a-zA-Z]+)\.log\.(?<ext>gz|parquet)$/;

  it("lie under keys of the documented form and hold what ended in their five minutes", async () => {
    const misplaced: string[] = [];
    for (const file of files.filter((name) => name.startsWith("s3"))) {
      const found = key.exec(file)?.groups;
      expect(found).toBeDefined();
      const stamp = (found?.ts ?? "").replace(/(....)(..)(..)T(..)(..)Z/, "$1-$2-$3T$4:$5:00Z");
      const slot = Date.parse(stamp) / 1_000;
      const [header = "", ...lines] = (await contentOf(root, file)).trimEnd().split("\n");
      const at = header.split(" ").indexOf("end");
      for (const line of lines) {
        const end = Number(line.split(" ")[at]);
        if (end < slot || end >= slot + 300) misplaced.push(line);
      }
    }
    expect(misplaced).toEqual([]);
  });

  it("have flags that a flow log can report", () => {
    const flagged = reads.filter((read) => read.fields["tcp-flags"] !== undefined);
    const flagsOf = (wanted: (read: Read) => boolean): string[] =>
      [...new Set(flagged.filter(wanted).map(({ fields }) => fields["tcp-flags"] ?? ""))].sort();
    const isTcp = ({ fields }: Read): boolean => fields.protocol === "6";
    expect(flagsOf((read) => !isTcp(read))).toEqual(["0"]);
    expect(flagsOf((read) => isTcp(read) && read.action === "deny")).toEqual(["18", "2"]);
    expect(["0", "1", "18", "19", "2", "3", "4", "6"]).toEqual(expect.arrayContaining(flagsOf(isTcp)));
    // A short connection: 3 from the client, 19 from the server.
    const short = flagged.filter(({ fields }) => fields["tcp-flags"] === "3");
    const servers = flagged.filter(({ fields }) => fields["tcp-flags"] === "19");
    expect(short.length).toBeGreaterThan(100);
    expect(servers.length).toBeGreaterThan(100);
    for (const { fields } of short) expect(Number(fields.dstport)).toBeLessThan(10_000);
    for (const { fields } of servers) expect(Number(fields.srcport)).toBeLessThan(10_000);
  });

  it("show a NAT gateway's four legs", () => {
    const gateway = truth.world.hosts.find((host) => host.role === "nat-gateway");
    const legs = reads.filter(
      ({ fields, action }) => fields["interface-id"] === gateway?.interface && action === "allow",
    );
    const kinds = new Set(
      legs.map(
        ({ fields }) =>
          `${fields["flow-direction"]} ${fields.srcaddr === fields["pkt-srcaddr"]} ${fields.dstaddr === fields["pkt-dstaddr"]}`,
      ),
    );
    expect([...kinds].sort()).toEqual([
      "egress false true",
      "egress true true",
      "ingress true false",
      "ingress true true",
    ]);
  });
});

it("gives one observer's windows and tuples that add up to the truth of a pair", () => {
  const hostOf = new Map(truth.world.hosts.map((host) => [host.ip, host]));
  // The log gap: there the truth knows more than the logs.
  const gaps = new Set(truth.incidents.flatMap(({ entities }) => entities.flowLogs));
  const silenced = new Set(truth.world.networks.filter(({ flowLog }) => gaps.has(flowLog)).map(({ id }) => id));
  let compared = 0;
  for (const pair of truth.pairs) {
    const client = hostOf.get(pair.client);
    if (client !== undefined && silenced.has(client.network)) continue;
    if (client?.provider !== "aws" || client.role === "nat-gateway" || pair.clientBytes === 0) continue;
    const own = reads.filter(
      ({ fields, logType, action, day }) =>
        logType === "aws_vpc" && action === "allow" && day === pair.day && fields["interface-id"] === client.interface,
    );
    const sum = (from: string, to: string): number =>
      own
        .filter(
          ({ fields }) =>
            (fields["pkt-srcaddr"] ?? fields.srcaddr) === from && (fields["pkt-dstaddr"] ?? fields.dstaddr) === to,
        )
        .reduce((total, { numbers }) => total + numbers[0], 0);
    // Two ends may talk in both roles; then one pair alone is not the whole.
    if (truth.pairs.some((other) => other.client === pair.server && other.server === pair.client)) continue;
    expect(sum(pair.client, pair.server) - pair.deniedBytes).toBe(pair.clientBytes);
    expect(sum(pair.server, pair.client)).toBe(pair.serverBytes);
    compared++;
  }
  expect(compared).toBeGreaterThan(50);
});

it("tells the same connection in both clouds, Azure with its frame headers", () => {
  const monitor = truth.world.hosts.find((host) => host.name === "monitor");
  const ended = reads.filter(
    ({ logType, fields }) => logType === "azure_vnet" && fields.src === monitor?.ip && fields.eight === "E",
  );
  expect(ended.length).toBeGreaterThan(10);
  for (const { fields } of ended) {
    const same = reads.filter(
      ({ fields: aws }) =>
        aws["interface-id"] === monitor?.interface &&
        aws.srcaddr === fields.src &&
        aws.dstaddr === fields.dst &&
        aws.srcport === fields.srcport,
    );
    const packets = same.reduce((sum, { numbers }) => sum + numbers[1], 0);
    expect(packets).toBe(Number(fields.a));
    expect(same.reduce((sum, { numbers }) => sum + numbers[0], 0) + 14 * packets).toBe(Number(fields.b));
  }
});

it("repeats itself byte for byte with the same seed, and not with another", async () => {
  const [first, again, other] = [await worldHash(7), await worldHash(7), await worldHash(8)];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
