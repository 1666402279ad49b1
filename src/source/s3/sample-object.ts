import { createGunzip } from "node:zlib";
import type { RemoteObject } from "../remote.ts";
import { parquetColumns } from "../parquet-columns.ts";
import { bodyOf, type S3Objects } from "./s3-objects.ts";

const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 64 * 1024;

/** What a look into one object shows. */
export interface Sample {
  readonly kind: "text" | "parquet" | "json" | "unknown";
  /** `aws_vpc`, `aws_tgw`, `gcp_vpc`; null where it is not told. */
  readonly logType: string | null;
  /** `${version} ${account-id} …`, in the order of the object's header or columns. */
  readonly format: string | null;
}

/** Looks into an object with one request for some of its bytes. @throws WeirError when it cannot be read */
export async function sampleObject(objects: S3Objects, object: RemoteObject, signal: AbortSignal): Promise<Sample> {
  const isParquet = object.key.endsWith(".parquet");
  const from = isParquet ? Math.max(0, object.size - TAIL_BYTES) : 0;
  const to = isParquet ? object.size - 1 : Math.min(object.size, HEAD_BYTES) - 1;
  if (to < from) return UNKNOWN;
  const answer = await objects.get({ key: object.key, etag: object.etag, range: { from, to } }, signal);
  const chunks: Buffer[] = [];
  for await (const chunk of bodyOf(answer) as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (isParquet) {
    const columns = parquetColumns(bytes);
    return columns === undefined ? { ...UNKNOWN, kind: "parquet" } : fieldsSample("parquet", columns);
  }
  return textSample(bytes[0] === 0x1f && bytes[1] === 0x8b ? await beginningOf(bytes) : bytes.toString("utf8"));
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
  const isGateway = fields.includes("tgw-id");
  const isFlowLog = isGateway || fields.includes("srcaddr") || fields.includes("interface-id");
  return {
    kind,
    logType: isFlowLog ? (isGateway ? "aws_tgw" : "aws_vpc") : null,
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
