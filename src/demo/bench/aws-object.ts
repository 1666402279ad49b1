import type { Random } from "../random.ts";
import { defaultFields, versionFiveFields } from "../world/formats.ts";
import type { BenchAccount, BenchInterface, BenchPool } from "./aws-pool.ts";
import type { BenchTruth } from "./bench-types.ts";
import { asciiBytes, type ByteText } from "./byte-text.ts";

/** What one bench object is about. */
export interface AwsObjectPlan {
  readonly isVersionFive: boolean;
  readonly account: BenchAccount;
  readonly pool: BenchPool;
  readonly slotSeconds: number;
  readonly records: number;
  readonly random: Random;
}

interface Talk {
  readonly client: BenchInterface | null;
  readonly server: BenchInterface | null;
  readonly clientIp: Uint8Array;
  readonly serverIp: Uint8Array;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly protocol: number;
  readonly windows: number;
  readonly offset: number;
  readonly size: number;
  readonly isDenied: boolean;
  /** Decides the volume of each of its windows. */
  readonly seed: number;
}

/** Longer than any line of both formats. */
export const LONGEST_LINE = 512;
/** Records that an average conversation has. */
const CONVERSATION_RECORDS = 9.4;
const ACCEPT = asciiBytes("ACCEPT OK\n");
const REJECT = asciiBytes("REJECT OK\n");
const servicePorts = [443, 443, 443, 443, 5432, 8080, 53, 6379, 22, 9092, 3306, 8443];

const word = {
  accept: asciiBytes(" ACCEPT "),
  reject: asciiBytes(" REJECT "),
  ingress: asciiBytes("ingress "),
  egress: asciiBytes("egress "),
  ok: asciiBytes(" OK "),
  dash: asciiBytes("- "),
  region: asciiBytes("eu-central-1 "),
  typeVersion: asciiBytes("IPv4 5 "),
  lineFeed: asciiBytes("\n"),
};

export const headerOf = (isVersionFive: boolean): Uint8Array =>
  asciiBytes(`${(isVersionFive ? versionFiveFields : defaultFields).join(" ")}\n`);

/**
 * Writes an object's records into the text, pausing whenever it may be full. Counts them in the truth. Minute by minute, and
 * interface by interface, as AWS hands them over: what two ends say of one packet does not stand together.
 */
export function* writeRecords(plan: AwsObjectPlan, text: ByteText, truth: BenchTruth): Generator<void> {
  let left = plan.records;
  while (left > 0) {
    const talks = Array.from({ length: Math.ceil(left / CONVERSATION_RECORDS) }, () => newTalk(plan));
    truth.conversations += talks.length;
    const before = left;
    for (let window = 0; window < 5; window++)
      for (const end of [0, 1] as const)
        for (const talk of talks) {
          if (window >= talk.windows || left === 0) continue;
          left -= writeWindow(plan, talk, { window, end, left }, { text, truth });
          if (!text.hasRoomFor(4 * LONGEST_LINE)) yield;
        }
    truth.records += before - left;
  }
}

/** 8 to 12 records a conversation: both ends for two or three minutes, or one end for four or five; refusals have fewer. */
function newTalk({ account, pool, random }: AwsObjectPlan): Talk {
  const port = servicePorts[random.word() % servicePorts.length] ?? 443;
  const near = random.pick(account.interfaces);
  const kind = random.word() % 100;
  const far = kind < 60 ? otherThan(near, account, random) : null;
  const outside = far === null ? random.pickSkewed(pool.outside) : near.ip;
  const isOutbound = kind < 80;
  return {
    client: isOutbound ? near : null,
    server: isOutbound ? far : near,
    clientIp: isOutbound ? near.ip : outside,
    serverIp: isOutbound ? (far?.ip ?? outside) : near.ip,
    clientPort: 32_768 + (random.word() % 28_232),
    serverPort: port,
    protocol: port === 53 ? 17 : 6,
    windows: (far === null ? 4 : 2) + (kind & 1),
    offset: random.word() % 31,
    size: random.heavyTailed(8, 400_000),
    isDenied: kind >= 97,
    seed: random.word(),
  };
}

function otherThan(near: BenchInterface, { interfaces }: BenchAccount, random: Random): BenchInterface {
  const far = random.pick(interfaces);
  return far === near ? (interfaces[(interfaces.indexOf(near) + 1) % interfaces.length] ?? far) : far;
}

interface Output {
  readonly text: ByteText;
  readonly truth: BenchTruth;
}

interface Sight {
  readonly window: number;
  /** 0: the client's interface, 1: the server's. */
  readonly end: 0 | 1;
  /** Records that the object still wants. */
  readonly left: number;
}

/** A number for a window and direction of a conversation: the same at both ends. */
function noiseOf({ seed }: Talk, window: number, direction: number): number {
  const mixed = Math.imul(seed ^ (window * 2 + direction + 1), 0x9e37_79b1);
  return Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b) >>> 0;
}

/** Writes what one end saw in one minute; returns the number of records, at most `left`. */
function writeWindow(plan: AwsObjectPlan, talk: Talk, { window, end, left }: Sight, output: Output): number {
  const observer = end === 0 ? talk.client : talk.server;
  if (observer === null) return 0;
  const start = plan.slotSeconds + window * 60 + talk.offset;
  const seconds = noiseOf(talk, window, 2) % 29;
  let written = 0;
  for (let direction = 0; direction < (talk.isDenied ? 1 : 2) && written < left; direction++) {
    const isReply = direction === 1;
    const noise = noiseOf(talk, window, direction);
    const packets = talk.isDenied ? 1 + (noise & 1) : 1 + (noise % talk.size);
    const bytes = packets * (isReply ? 120 + ((noise >>> 8) % 1_300) : 52 + ((noise >>> 8) % 400));
    const isInbound = (end === 0) === isReply;
    const line = { talk, observer, isReply, isInbound, window, packets, bytes, start, end: start + seconds };
    if (plan.isVersionFive) writeVersionFive(output.text, plan.account, line);
    else writeDefault(output.text, line);
    output.truth.srcBytes += bytes;
    output.truth.srcPackets += packets;
    if (talk.isDenied) output.truth.denied++;
    written++;
  }
  return written;
}

interface Line {
  readonly talk: Talk;
  readonly observer: BenchInterface;
  readonly isReply: boolean;
  readonly isInbound: boolean;
  readonly window: number;
  readonly packets: number;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

function writeDefault(text: ByteText, { talk, observer, isReply, packets, bytes, start, end }: Line): void {
  text.text(observer.head);
  if (isReply) text.text(talk.serverIp).text(talk.clientIp).number(talk.serverPort).number(talk.clientPort);
  else text.text(talk.clientIp).text(talk.serverIp).number(talk.clientPort).number(talk.serverPort);
  text.number(talk.protocol).number(packets).number(bytes).number(start).number(end);
  text.text(talk.isDenied ? REJECT : ACCEPT);
}

function writeVersionFive(text: ByteText, account: BenchAccount, line: Line): void {
  const { talk, observer, isReply, isInbound } = line;
  const [src, dst] = isReply ? [talk.serverIp, talk.clientIp] : [talk.clientIp, talk.serverIp];
  const [srcPort, dstPort] = isReply ? [talk.serverPort, talk.clientPort] : [talk.clientPort, talk.serverPort];
  text.text(account.idBytes).text(talk.isDenied ? word.reject : word.accept);
  text.text(observer.az).space().number(line.bytes).text(dst).number(dstPort).number(line.end);
  text
    .text(isInbound ? word.ingress : word.egress)
    .text(observer.instance)
    .space()
    .text(observer.eni)
    .text(word.ok);
  text.number(line.packets).text(word.dash).text(dst).text(word.dash).text(src).number(talk.protocol).text(word.region);
  text.text(src).number(srcPort).number(line.start).text(word.dash).text(word.dash).text(observer.subnet).space();
  text.number(flagsOf(line));
  if (isInbound) text.text(word.dash);
  else text.number(talk.client !== null && talk.server !== null ? 1 : 8);
  text.text(word.typeVersion).text(observer.vpc).text(word.lineFeed);
}

function flagsOf({ talk, isReply, window }: Line): number {
  if (talk.protocol !== 6) return 0;
  if (talk.isDenied) return 2;
  const opening = window === 0 ? (isReply ? 18 : 2) : 0;
  return opening | (window === talk.windows - 1 ? 1 : 0);
}
