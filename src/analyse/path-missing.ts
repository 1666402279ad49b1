import { addressToBigInt, IPV4_MAPPED, type AddressWords } from "#base/address.js";
import type { TimeRange } from "#model/answer.js";
import { clock, list, logName } from "./path-words.ts";
import type { AddressHop, CoverageGap, PathEnd, PathQuestion, SideCoverage } from "./path-types.ts";

type Side = "client" | "server";

/** Why silence of a side proves nothing in this time; empty when it was logged whole. Each is part of a sentence. */
export function missingOf(side: Side, end: PathEnd, coverage: SideCoverage, range: TimeRange): string[] {
  const { observers, addresses, flowLogs, gaps } = coverage;
  const name = end.asked;
  if (observers.length === 0) return [`${name} is not logged in this time`];
  const missing: string[] = [];
  if (addresses.asked === null || addresses.observed < addresses.asked)
    missing.push(
      `only ${addresses.observed} of the ${addresses.asked === null ? "many" : addresses.asked} addresses of ${name} ${addresses.observed === 1 ? "is" : "are"} known to be logged`,
    );
  missing.push(...flowLogs.flatMap(kindWords));
  if (flowLogs.length === 0)
    missing.push(`which flow log ${name} belongs to is not told, so what it leaves out is unknown`);
  missing.push(
    ...gapWords(
      `the ${side}'s side`,
      gaps.filter((gap) => overlaps(gap, range)),
    ),
  );
  return missing;
}

/** What a flow log leaves out: as it is set up, or as it seems by its records. */
function kindWords({ flowLog, allowed, denied, basis }: SideCoverage["flowLogs"][number]): string[] {
  const log = `flow log ${logName(flowLog)}`;
  if (allowed === "sampled" || denied === "sampled") return [`${log} is sampled`];
  if (allowed === "filtered" || denied === "filtered") return [`${log} is set to log only flows that meet a condition`];
  if (allowed === "none")
    return [
      basis === "told"
        ? `${log} is set to log refusals only`
        : `${log} has no accepted record, so it may log refusals only`,
    ];
  if (denied === "none")
    return [
      basis === "told"
        ? `${log} is set to log accepted traffic only`
        : `${log} has no refused record, so it may log accepted traffic only`,
    ];
  return [];
}

function gapWords(side: string, gaps: readonly CoverageGap[]): string[] {
  const words: string[] = [];
  const silent = gaps.find(({ cause }) => cause === "no-records");
  const others = gaps.filter(({ cause }) => cause === "no-records").length - 1;
  if (silent !== undefined) {
    const who = silent.flowLog === null ? side : `flow log ${logName(silent.flowLog)}`;
    const whose = silent.observer === null ? "" : ` of ${silent.observer}`;
    const more = others > 0 ? ` and ${others} more ${others === 1 ? "gap" : "gaps"}` : "";
    words.push(`${who} has no record${whose} from ${clock(silent.from)} to ${clock(silent.to, silent.from)}${more}`);
  }
  const lost = gaps.filter(({ cause }) => cause === "skipdata");
  const [first] = lost;
  if (first !== undefined)
    words.push(
      `the cloud lost records at ${side} in ${lost.length} ${lost.length === 1 ? "window" : "windows"} from ${clock(first.from)} (SKIPDATA)`,
    );
  return words;
}

export function overlaps(gap: TimeRange, range: TimeRange): boolean {
  return gap.from < range.to && gap.to > range.from;
}

/** What between the two, or at one of them, gives traffic another address: then nobody can be sure to see it under this one. */
export function hopsOf(
  question: PathQuestion,
  seen: readonly AddressHop[],
  callers: readonly AddressWords[],
): AddressHop[] {
  const { client, server, changers } = question;
  const hops = [...seen];
  for (const { asked, spans } of [client, server])
    for (const { name, role, span } of changers)
      if (spans.some((each) => isWithin(each.first, span) || isWithin(span.first, each)))
        hops.push({ what: `${asked} ${changerWords(asked, name, role, spans)}`, through: null });
  for (const caller of callers) {
    const found = changers.find(({ span }) => isWithin(caller, span));
    if (found !== undefined)
      hops.push({
        what: `${found.name}, ${article(found.role)}, opens connections to ${server.asked} for others`,
        through: null,
      });
  }
  const [inside, outside] = [client, server].map(({ spans }) => spans.every(({ first }) => isPrivate(first)));
  if (inside !== outside)
    hops.push({
      what: "between a private and a public address there is a translation, so each side sees another address",
      through: null,
    });
  const words = new Set<string>();
  return hops.filter(({ what }) => !words.has(what) && words.add(what));
}

const articles: Readonly<Record<string, string>> = {
  nat: "a NAT",
  proxy: "a proxy",
  load_balancer: "a load balancer",
  firewall: "a firewall",
};

function changerWords(asked: string, name: string, role: string, spans: PathEnd["spans"]): string {
  const [only] = spans;
  const isOne = spans.length === 1 && only !== undefined && addressToBigInt(only.first) === addressToBigInt(only.last);
  if (asked.toLowerCase() === name.toLowerCase()) return `is ${article(role)}`;
  return isOne ? `is ${article(role)} (${name})` : `has ${article(role)} in it (${name})`;
}

export const article = (role: string): string => articles[role] ?? `a ${role}`;

function isWithin(address: AddressWords, { first, last }: { first: AddressWords; last: AddressWords }): boolean {
  const value = addressToBigInt(address);
  return value >= addressToBigInt(first) && value <= addressToBigInt(last);
}

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291. */
export function isPrivate([a, , c, d]: AddressWords): boolean {
  if (c !== IPV4_MAPPED || a !== 0) return a >>> 25 === 0x7e || a >>> 22 === 0x3fa;
  const [one, two] = [d >>> 24, (d >>> 16) & 255];
  return (
    one === 10 ||
    (one === 172 && two >>> 4 === 1) ||
    (one === 192 && two === 168) ||
    (one === 100 && two >>> 6 === 1) ||
    (one === 169 && two === 254) ||
    one === 127
  );
}

/** All reasons as one part of a sentence. */
export function reasons(missing: readonly string[]): string {
  const shown = missing.slice(0, 3);
  return list(missing.length > 3 ? [...shown, `${missing.length - 3} more reasons`] : shown);
}
