import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DemoTruth, TruthConversation } from "../src/demo/truth.ts";

/** One conversation as `weir sql` gives it, all of its hours together. */
export interface Ours {
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly basis: string;
  readonly class: string;
  readonly starts: string;
  readonly began: string;
  readonly client_bytes: string;
  readonly server_bytes: string;
  readonly client_verdict: string | null;
  readonly server_verdict: string | null;
}

export const oursSql = `SELECT ip_text(client_ip) || ' ' || coalesce(client_port, 0) AS client, ip_text(server_ip) || ' ' || coalesce(server_port, 0) AS server, protocol,
    max(client_basis) AS basis, max(class) AS class, sum(starts)::VARCHAR AS starts, epoch_ms(min(chain_start))::VARCHAR AS began, sum(client_bytes)::VARCHAR AS client_bytes, sum(server_bytes)::VARCHAR AS server_bytes,
    max(client_verdict) AS client_verdict, max(server_verdict) AS server_verdict
  FROM conversations GROUP BY conversation_id, client_ip, client_port, server_ip, server_port, protocol ORDER BY began`;

/** What differs from what happened. All lists are empty when nothing does. */
export interface Differences {
  readonly missing: string[];
  readonly invented: string[];
  /** Client and server the wrong way round, with the basis. */
  readonly turned: string[];
  readonly starts: string[];
  readonly bytes: string[];
  readonly verdicts: string[];
}

const ICMP = 1;
/** A SYN sooner than this after another one on the same ports is that one, sent again. */
const AGAIN_MS = 65_000;
/** Logs have whole seconds, and ends of a path see a packet at different times. */
const SLACK_MS = 1500;

/** Compares the conversations of a lake with those of the world whose logs it read. */
export function differences(
  logs: string,
  ours: readonly Ours[],
): Differences & { readonly told: number; readonly all: number } {
  const { startMs, incidents } = JSON.parse(readFileSync(join(logs, "truth.json"), "utf8")) as DemoTruth;
  const gaps = incidents.filter(({ kind, benign }) => kind === "log-gap" && !benign);
  // What began before the logs did, or while one delivered nothing, is first seen whenever its next packet is.
  const isSeen = (start: number): boolean =>
    start >= startMs && !gaps.some(({ fromMs, toMs }) => start >= fromMs - SLACK_MS && start < toMs);
  const truth = readFileSync(join(logs, "truth-conversations.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TruthConversation)
    // Without ports, all ICMP of two addresses is one conversation, and who began it is not told.
    .filter(({ logged, protocol }) => logged.length > 0 && protocol !== ICMP);
  const happened = group(truth, (each) => keyOf(each));
  const found = group(
    ours.filter(({ protocol }) => protocol !== ICMP),
    ({ client, server, protocol }) => `${client} ${server} ${protocol}`,
  );
  const result = { missing: [], invented: [], turned: [], starts: [], bytes: [], verdicts: [] } as Differences;
  let told = 0;
  for (const [key, all] of happened) {
    const rows = found.get(key);
    const turned = found.get(turnedKey(key));
    if (turned !== undefined) result.turned.push(`${key} by ${turned[0]?.basis}`);
    if (rows === undefined) {
      if (turned === undefined) result.missing.push(key);
      continue;
    }
    if (rows.some(({ basis }) => ["explicit", "flags"].includes(basis))) told++;
    compareStarts(key, all, rows, isSeen, result);
    compareSums(key, all, rows, result);
  }
  for (const key of found.keys()) if (!happened.has(key) && !happened.has(turnedKey(key))) result.invented.push(key);
  return { ...result, told, all: happened.size };
}

function compareStarts(
  key: string,
  all: readonly TruthConversation[],
  rows: readonly Ours[],
  isSeen: (start: number) => boolean,
  { starts }: Differences,
): void {
  const expected = distinct(all);
  const began = rows.filter((row) => row.class !== "stray").map((row) => Number(row.began));
  const count = rows.reduce((sum, row) => sum + Number(row.starts), 0);
  if (count !== expected.length || began.length !== expected.length) {
    starts.push(`${key} started ${expected.length} times, not ${count}`);
    return;
  }
  for (const [at, { start }] of expected.entries())
    if (isSeen(start) && Math.abs((began[at] ?? 0) - start) > SLACK_MS) starts.push(`${key} at ${start}`);
}

/** The conversations of one key that a log can tell apart: an attempt that nobody answered, made again at once, is one. */
function distinct(all: readonly TruthConversation[]): TruthConversation[] {
  const kept: TruthConversation[] = [];
  let last: TruthConversation | undefined;
  for (const each of [...all].sort((a, b) => a.start - b.start)) {
    if (last === undefined || last.closed !== "none" || each.start - last.end > AGAIN_MS) kept.push(each);
    last = each;
  }
  return kept;
}

function compareSums(key: string, all: readonly TruthConversation[], rows: readonly Ours[], differ: Differences): void {
  const sum = (name: "client_bytes" | "server_bytes"): number =>
    rows.reduce((bytes, row) => bytes + Number(row[name]), 0);
  const counted = (name: "counted_client_bytes" | "counted_server_bytes"): number =>
    all.reduce((bytes, each) => bytes + (each.translated ? 0 : each[name]), 0);
  const [mine, true_] = [
    [sum("client_bytes"), sum("server_bytes")],
    [counted("counted_client_bytes"), counted("counted_server_bytes")],
  ];
  // A refusal whose record was not delivered is not known to be one.
  const isTold = all.every(
    (each) =>
      (each.denied_at !== "server" || each.server_verdict !== null) &&
      (each.denied_at !== "client" || each.client_verdict !== null),
  );
  if (isTold && mine.join(" ") !== true_.join(" "))
    differ.bytes.push(`${key} has ${mine.join(" and ")}, not ${true_.join(" and ")}`);
  const words = (pairs: readonly (readonly [unknown, unknown])[]): string =>
    [...new Set(pairs.map(([client, server]) => `${client} and ${server}`))].sort().join(", ");
  const said = words(
    rows.filter((row) => row.class !== "stray").map((row) => [row.client_verdict, row.server_verdict]),
  );
  // A refused answer is refused at the server's interface, whatever became of the request.
  const meant = words(
    all.map((each) => [each.client_verdict, each.denied_at === "return" ? "denied" : each.server_verdict]),
  );
  if (said !== meant) differ.verdicts.push(`${key} is ${said}, not ${meant}`);
}

/** Keys whose conversations cannot all be told apart: what a test of starts has to say that it leaves out. */
export function untold(logs: string): string[] {
  const truth = readFileSync(join(logs, "truth-conversations.jsonl"), "utf8").trim().split("\n");
  const all = truth.map((line) => JSON.parse(line) as TruthConversation);
  const logged = all.filter((each) => each.logged.length > 0 && each.protocol !== ICMP);
  return [...group(logged, keyOf)].filter(([, each]) => distinct(each).length < each.length).map(([key]) => key);
}

const keyOf = (each: TruthConversation): string =>
  `${each.client_ip} ${each.client_port ?? 0} ${each.server_ip} ${each.server_port ?? 0} ${each.protocol}`;

function turnedKey(key: string): string {
  const [client, clientPort, server, serverPort, protocol] = key.split(" ");
  return [server, serverPort, client, clientPort, protocol].join(" ");
}

function group<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const name = key(each);
    const known = groups.get(name) ?? [];
    groups.set(name, known);
    known.push(each);
  }
  return groups;
}
