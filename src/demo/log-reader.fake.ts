import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** A record as a reader that knows nothing of the generator sees it. */
export interface Read {
  readonly logType: string;
  readonly day: string;
  readonly action: "allow" | "deny" | "observed";
  readonly numbers: readonly [srcBytes: number, srcPackets: number, dstBytes: number, dstPackets: number];
  readonly fields: Record<string, string>;
}

/** Every record of a demo world, and how many said that nothing passed or was lost. */
export interface ReadWorld {
  readonly files: string[];
  readonly reads: Read[];
  readonly silences: Readonly<Record<string, number>>;
}

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function readAws(text: string, silences: Record<string, number>): Read[] {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const names = header.split(" ");
  return lines.flatMap((line) => {
    const tokens = line.split(" ");
    if (tokens.length !== names.length) throw new Error(`not ${names.length} fields: ${line}`);
    const fields = Object.fromEntries(names.map((name, at) => [name, tokens[at] ?? ""]));
    if (fields["log-status"] !== "OK") {
      const status = fields["log-status"] ?? "";
      silences[status] = (silences[status] ?? 0) + 1;
      return [];
    }
    const action = fields["tgw-id"] === undefined ? (fields.action === "ACCEPT" ? "allow" : "deny") : "observed";
    const numbers = [Number(fields.bytes), Number(fields.packets), 0, 0] as const;
    const logType = fields["tgw-id"] === undefined ? "aws_vpc" : "aws_tgw";
    return [{ logType, day: dayOf(Number(fields.start) * 1_000), action, numbers, fields }];
  });
}

const tupleNames = [
  "time",
  "src",
  "dst",
  "srcport",
  "dstport",
  "protocol",
  "direction",
  "eight",
  "nine",
  "a",
  "b",
  "c",
  "d",
];

function readAzure(text: string): Read[] {
  interface Group {
    readonly flows?: readonly Group[];
    readonly flowGroups?: readonly Group[];
    readonly flowTuples?: readonly string[];
  }
  interface Blob {
    readonly records: readonly { category: string; macAddress: string; properties?: Group; flowRecords?: Group }[];
  }
  const tuplesOf = (group: Group | undefined): string[] =>
    group === undefined
      ? []
      : [...(group.flowTuples ?? []), ...[...(group.flows ?? []), ...(group.flowGroups ?? [])].flatMap(tuplesOf)];
  return (JSON.parse(text) as Blob).records.flatMap((record) =>
    tuplesOf(record.properties ?? record.flowRecords).map((tuple): Read => {
      const tokens = tuple.split(",");
      if (tokens.length !== 13) throw new Error(`not 13 fields: ${tuple}`);
      const fields = {
        mac: record.macAddress,
        ...Object.fromEntries(tupleNames.map((name, at) => [name, tokens[at] ?? ""])),
      };
      const isNsg = record.category === "NetworkSecurityGroupFlowEvent";
      const [packets, bytes, replyPackets, replyBytes] = tokens.slice(9).map(Number) as [
        number,
        number,
        number,
        number,
      ];
      return {
        logType: isNsg ? "azure_nsg" : "azure_vnet",
        day: dayOf(Number(tokens[0]) * (isNsg ? 1_000 : 1)),
        action: tokens[7] === "D" ? "deny" : "allow",
        numbers: [bytes, packets, replyBytes, replyPackets],
        fields,
      };
    }),
  );
}

export async function contentOf(directory: string, file: string): Promise<string> {
  const bytes = await readFile(path.join(directory, file));
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
}

export async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

/** Reads the logs that were written below a directory, as somebody would who knows nothing of the generator. */
export async function readWorld(directory: string): Promise<ReadWorld> {
  const all = await listFiles(directory);
  const files = all.filter((file) => file.startsWith("s3") || file.startsWith("azure")).sort();
  const silences: Record<string, number> = { NODATA: 0, SKIPDATA: 0 };
  const reads: Read[] = [];
  for (const file of files) {
    const text = await contentOf(directory, file);
    for (const read of file.startsWith("s3") ? readAws(text, silences) : readAzure(text)) reads.push(read);
  }
  return { files, reads, silences };
}
