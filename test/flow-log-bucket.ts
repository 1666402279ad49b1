import { gzipSync } from "node:zlib";
import type { Bucket } from "./clouds/s3-buckets.ts";

/** Whose flow logs they are. */
export const ACCOUNT = "123456789012";
const FIELDS =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/** What is put into a bucket. */
interface LogFile {
  readonly fl?: string;
  /** Of its last record. */
  readonly ms?: number;
  readonly records?: number;
  readonly root?: string;
}

/** Puts a file of one flow log, five minutes long. */
export function putLog(
  bucket: Bucket,
  { fl = "fl-0a1b2c3d4e5f60718", ms = Date.now(), records = 10, root = "" }: LogFile = {},
): string {
  const [day = "", time = ""] = new Date(ms).toISOString().split("T");
  const stamp = `${day.replaceAll("-", "")}T${time.slice(0, 2)}${time.slice(3, 5)}Z`;
  const hash = (Math.floor(ms / 1000) % 0xffffffff).toString(16).padStart(8, "0");
  const name = `${ACCOUNT}_vpcflowlogs_eu-central-1_${fl}_${stamp}_${hash}.log.gz`;
  const key = `${root}AWSLogs/${ACCOUNT}/vpcflowlogs/eu-central-1/${day.replaceAll("-", "/")}/${name}`;
  const start = Math.floor(ms / 1000) - 120;
  const lines = Array.from({ length: records }, (_, at) => {
    const from = start + (at % 60);
    return `2 ${ACCOUNT} eni-0a1b2c3d 10.0.${at % 256}.9 10.0.1.1 ${1024 + at} 443 6 3 ${1000 + at} ${from} ${from + 59} ${at % 5 === 4 ? "REJECT" : "ACCEPT"} OK`;
  });
  bucket.put(key, gzipSync(`${[FIELDS, ...lines].join("\n")}\n`), { modifiedMs: ms });
  return key;
}
