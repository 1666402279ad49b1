import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeBenchObjects, type BenchOptions } from "../index.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "weir-bench-"));
});

afterEach(() => rm(directory, { recursive: true }));

/** All objects' texts by path, in a fixed order. */
async function textsOf(root: string): Promise<[string, string][]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file): Promise<[string, string]> => {
      const bytes = await readFile(file);
      return [path.relative(root, file), (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString()];
    }),
  );
}

it.each<BenchOptions>([
  { kind: "aws-v2", records: 20_001, objects: 3 },
  { kind: "aws-v2", records: 50_000, objects: 210 },
  { kind: "aws-v5", records: 10_000, objects: 2 },
])("writes the AWS records it counts: $kind, $objects objects", async (options) => {
  const truth = await writeBenchObjects(directory, options);
  const seen = { records: 0, denied: 0, srcBytes: 0, srcPackets: 0 };
  const connections = new Set<string>();
  const misplaced: string[] = [];
  const texts = await textsOf(directory);
  for (const [file, text] of texts) {
    const stamp = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_/.exec(file) ?? [];
    const slot = Date.parse(`${stamp[1]}-${stamp[2]}-${stamp[3]}T${stamp[4]}:${stamp[5]}:00Z`) / 1_000;
    const [header = "", ...lines] = text.trimEnd().split("\n");
    const names = header.split(" ");
    for (const line of lines) {
      const tokens = line.split(" ");
      const field = (name: string): string => tokens[names.indexOf(name)] ?? "";
      const end = Number(field("end"));
      if (tokens.length !== names.length || end < slot || end >= slot + 300) misplaced.push(line);
      const ends = [`${field("srcaddr")}:${field("srcport")}`, `${field("dstaddr")}:${field("dstport")}`].sort();
      connections.add(`${file} ${ends.join(" ")}`);
      seen.records++;
      if (field("action") === "REJECT") seen.denied++;
      seen.srcBytes += Number(field("bytes"));
      seen.srcPackets += Number(field("packets"));
    }
  }
  expect(misplaced).toEqual([]);
  expect(texts).toHaveLength(options.objects);
  expect(seen.records).toBe(options.records);
  expect(truth).toMatchObject(seen);
  // A five-tuple may come up twice.
  expect(connections.size / truth.conversations).toBeGreaterThan(0.99);
  expect(truth.flowsPerConversation).toBeGreaterThan(8);
  expect(truth.flowsPerConversation).toBeLessThan(12);
});

it("writes the Azure tuples it counts", async () => {
  const truth = await writeBenchObjects(directory, { kind: "azure-vnet", records: 5_003, objects: 5 });
  const tuples = (await textsOf(directory)).flatMap(([, text]) => {
    JSON.parse(text);
    return text.match(/"\d{13},[^"]+"/g) ?? [];
  });
  const numbers = tuples.map((tuple) => tuple.replaceAll('"', "").split(","));
  expect(numbers.every((tokens) => tokens.length === 13)).toBe(true);
  const sum = (at: number): number => numbers.reduce((total, tokens) => total + Number(tokens[at]), 0);
  expect(truth).toMatchObject({
    records: tuples.length,
    srcPackets: sum(9),
    srcBytes: sum(10),
    dstPackets: sum(11),
    dstBytes: sum(12),
  });
  expect(tuples).toHaveLength(5_003);
});

it("repeats itself", async () => {
  const options: BenchOptions = { kind: "aws-v2", records: 4_000, objects: 4 };
  const first = await writeBenchObjects(path.join(directory, "a"), options);
  const again = await writeBenchObjects(path.join(directory, "b"), options);
  expect(again).toEqual(first);
  expect(await textsOf(path.join(directory, "b"))).toEqual(await textsOf(path.join(directory, "a")));
});
