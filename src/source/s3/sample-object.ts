import { createGunzip } from "node:zlib";
import type { RemoteObject } from "../remote.ts";
import { footerBytes, parquetColumns } from "../parquet-columns.ts";
import { bodyOf, type S3Objects } from "./s3-objects.ts";

const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 64 * 1024;
/** Longer footers are left to the reader: a guard. */
const FOOTER_LIMIT = 16 * 1024 * 1024;

/** What a look into one object shows. */
export interface Sample {
  readonly kind: "text" | "parquet" | "json" | "unknown";
  /** `aws_vpc`, `aws_tgw`, `gcp_vpc`; null where it is not told. */
  readonly logType: string | null;
  /** `${version} ${account-id} …`, in the order of the object's header or columns. */
  readonly format: string | null;
}

/**
 * Looks into an object with one request for some of its bytes, or with two where Parquet's footer is long.
 * @throws WeirError when it cannot be read
 */
export async function sampleObject(objects: S3Objects, object: RemoteObject, signal: AbortSignal): Promise<Sample> {
  if (object.size === 0) return UNKNOWN;
  const read = async (from: number, to: number): Promise<Buffer> => {
    const answer = await objects.get({ key: object.key, etag: object.etag, range: { from, to } }, signal);
    const chunks: Buffer[] = [];
    for await (const chunk of bodyOf(answer) as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  if (object.key.endsWith(".parquet")) return parquetSample(object.size, read);
  const bytes = await read(0, Math.min(object.size, HEAD_BYTES) - 1);
  return textSample(bytes[0] === 0x1f && bytes[1] === 0x8b ? await beginningOf(bytes) : bytes.toString("utf8"));
}

/** The footer tells its length at its end; it grows with columns and row groups. */
async function parquetSample(size: number, read: (from: number, to: number) => Promise<Buffer>): Promise<Sample> {
  const unknown: Sample = { ...UNKNOWN, kind: "parquet" };
  let tail = await read(Math.max(0, size - TAIL_BYTES), size - 1);
  const needed = footerBytes(tail);
  if (needed === undefined || needed > Math.min(size, FOOTER_LIMIT)) return unknown;
  if (needed > tail.length) tail = await read(size - needed, size - 1);
  const columns = parquetColumns(tail);
  return columns === undefined ? unknown : fieldsSample("parquet", columns);
}

const UNKNOWN: Sample = { kind: "unknown", logType: null, format: null };

function textSample(text: string): Sample {
  const [first = ""] = text.replace(/^\uFEFF/, "").split(/\r?\n/, 1);
  if (/^\s*[[{]/.test(first)) {
    const isGoogle = /(compute|networkmanagement)\.googleapis\.com(%2F|\/)vpc_flows/.test(text);
    return { kind: "json", logType: isGoogle ? "gcp_vpc" : null, format: null };
  }
  const words = first.trim().split(/\s+/);
  const isHeader = words.length > 3 && words.every((word) => /^[a-z][a-z0-9-]*$/.test(word));
  if (isHeader) return fieldsSample("text", words);
  // Fourteen words that begin with 2: the default format without its header.
  return words.length === 14 && words[0] === "2" ? { kind: "text", logType: "aws_vpc", format: null } : UNKNOWN;
}

/** @param names columns of Parquet are written with underscores */
function fieldsSample(kind: "text" | "parquet", names: readonly string[]): Sample {
  const fields = names.map((name) => name.replaceAll("_", "-"));
  // Security Lake's rows are events of OCSF: their columns are no layout of lines.
  if (fields.includes("class-uid"))
    return { kind, logType: fields.includes("interface-uid") ? "aws_vpc" : null, format: null };
  const isGateway = fields.includes("tgw-id");
  const isFlowLog = isGateway || fields.includes("srcaddr") || fields.includes("interface-id");
  // Words that are no fields of flow logs are no format of theirs.
  if (!isFlowLog) return { ...UNKNOWN, kind: kind === "text" ? "unknown" : kind };
  return {
    kind,
    logType: isGateway ? "aws_tgw" : "aws_vpc",
    format: fields.map((field) => `\${${field}}`).join(" "),
  };
}

/** What the first bytes of gzip unpack to, as far as they go. */
async function beginningOf(bytes: Buffer): Promise<string> {
  const gunzip = createGunzip();
  gunzip.on("error", () => undefined);
  gunzip.end(bytes);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (chunk.includes(10)) break;
    }
  } catch {
    // It is cut off, of course.
  }
  return Buffer.concat(chunks).toString("utf8");
}
