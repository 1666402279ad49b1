import { shellWord } from "#base/shell-word.js";

/** A source that others push to, as far as whoever sends must know it. */
export interface PushEndpoint {
  readonly name: string;
  readonly accepts: "firehose" | "any";
  /** Where its key is read from: `env:NAME` or `file:/path`. */
  readonly keyFrom: string;
}

/** What Amazon Data Firehose is told as its HTTP endpoint URL. @param origin `https://weir.example.com` */
export function firehoseUrl(origin: string, { name }: Pick<PushEndpoint, "name">): string {
  return `${origin}/api/v1/push/${encodeURIComponent(name)}/firehose`;
}

/** What everybody else posts to. */
export function pushUrl(origin: string, { name }: Pick<PushEndpoint, "name">): string {
  return `${origin}/api/v1/push/${encodeURIComponent(name)}`;
}

/**
 * A line for a shell that tries the endpoint with the key, which itself does not stand in it: sends a file, or where only Firehose may
 * send, a delivery without a record.
 */
export function curlLine(origin: string, endpoint: PushEndpoint): string {
  const key = keyInShell(endpoint.keyFrom);
  return endpoint.accepts === "any"
    ? `curl --data-binary @flows.log.gz -H "Authorization: Bearer ${key}" ${shellWord(pushUrl(origin, endpoint))}`
    : `curl -d '{"requestId":"a-first-try","timestamp":0,"records":[]}' -H "Content-Type: application/json" -H "X-Amz-Firehose-Access-Key: ${key}" ${shellWord(firehoseUrl(origin, endpoint))}`;
}

/** Inside double quotes. A file may hold two keys while one takes the other's place. */
function keyInShell(keyFrom: string): string {
  const [, kind = "", rest = ""] = /^(env|file):(.+)$/s.exec(keyFrom) ?? [];
  if (kind === "file") return `$(head -n 1 ${shellWord(rest)})`;
  return /^[A-Za-z_]\w*$/.test(rest) ? `$${rest}` : "KEY";
}

/** Whether Firehose can post to an address: it wants HTTPS at port 443, of a public authority. */
export function isForFirehose(origin: string): boolean {
  const { protocol, port, hostname } = new URL(origin);
  return protocol === "https:" && port === "" && hostname.includes(".") && !/^[\d.]+$/.test(hostname);
}

/** Settings of a Firehose stream that matter, beside its URL and access key. */
export const firehoseSettings: readonly (readonly [setting: string, value: string])[] = [
  ["Content encoding", "GZIP: a tenth of the bytes"],
  ["Buffer", "5 MiB and 60 s"],
  ["Retry duration", "7200 s: what Weir misses for longer is in the backup bucket"],
  ["Backup", "failed data only"],
];
