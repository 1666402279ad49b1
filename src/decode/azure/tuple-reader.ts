import type { DecodeOutput } from "../decode-output.ts";
import { markValid } from "./rows.ts";
import { endOfElement } from "./span-element.ts";
import { TupleColumns } from "./tuple-columns.ts";
import { parseTuple, type TupleDialect, type TupleGroup } from "./tuple-text.ts";
import { writeTuple } from "./tuple-writer.ts";

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const ZERO = 0x30;

/** Rows that are reserved at a time; a span may hold a million tuples or none. */
const ROWS_RESERVED = 4096;
/** A usual tuple is at least this long. */
const TUPLE_BYTES = 40;
const IPV4_MAPPED = 0xffff;
const TOP_BIT = 0x8000_0000;
const WORD = 0x1_0000_0000;

/** Reads arrays of flow tuples from bytes into rows of `flows`. */
export class TupleReader {
  readonly #output: DecodeOutput;
  readonly #dialect: TupleDialect;
  readonly #logType: string;
  readonly #columns: TupleColumns;
  /** Of the record at hand. */
  #position = 0;
  #subPosition = 0;

  constructor(output: DecodeOutput, dialect: TupleDialect, logType: string) {
    this.#output = output;
    this.#dialect = dialect;
    this.#logType = logType;
    this.#columns = new TupleColumns(output.flows, dialect);
  }

  beginRecord(position: number): void {
    this.#position = position;
    this.#subPosition = 0;
  }

  /** To be called before the batch may be emptied. */
  flush(): void {
    this.#columns.codes = undefined;
  }

  /** Reads the inside of one `flowTuples` array, `bytes[from, to)`. */
  readSpan(bytes: Uint8Array, from: number, to: number, group: TupleGroup): void {
    const { flows } = this.#output;
    const before = flows.rows;
    let at = from;
    while (at < to) {
      flows.reserve(Math.min(ROWS_RESERVED, Math.floor((to - at) / TUPLE_BYTES) + 1));
      at = this.#readBlock(bytes, at, to, group);
    }
    this.#output.countFlows(this.#logType, flows.rows - before);
  }

  /** Reads tuples until the batch has to grow, and returns where it stopped. */
  // oxlint-disable-next-line max-lines-per-function, complexity -- the inner loop: one function, local variables
  #readBlock(bytes: Uint8Array, from: number, to: number, group: TupleGroup): number {
    const columns = this.#columns;
    const batch = this.#output.flows;
    const limit = batch.capacity;
    const codes = columns.currentCodes(this.#dialect);
    const isVnet = this.#dialect === "vnet";
    const isFirstVersion = !isVnet && group.version === 1;
    const qualityOfInbound = group.version === 2 && !isVnet && group.rule?.startsWith("UserRule_") === true ? codes.unreliable : codes.exact;
    const isUnspecified = group.acl === "unspecified";
    const { earliestMicros, latestMicros } = this.#output;
    const encryptions = columns.encryption.dictionary;
    const time = columns.time.data;
    const endTime = columns.endTime.data;
    const endTimeValid = columns.endTime.valid;
    const srcIp = columns.srcIp.data;
    const dstIp = columns.dstIp.data;
    const srcPorts = columns.srcPort.data;
    const dstPorts = columns.dstPort.data;
    const protocols = columns.protocol.data;
    const directions = columns.direction.data;
    const points = columns.point.data;
    const states = columns.state.data;
    const actions = columns.action.data;
    const actionsRaw = columns.actionRaw.data;
    const qualities = columns.quality.data;
    const encryption = columns.encryption.data;
    const srcPackets = columns.srcPackets.data;
    const srcBytes = columns.srcBytes.data;
    const dstPackets = columns.dstPackets.data;
    const dstBytes = columns.dstBytes.data;
    const srcPacketsValid = columns.srcPackets.valid;
    const srcBytesValid = columns.srcBytes.valid;
    const dstPacketsValid = columns.dstPackets.valid;
    const dstBytesValid = columns.dstBytes.valid;
    const subPositions = columns.subPosition.data;

    let row = batch.rows;
    let markFrom = row;
    let sub = this.#subPosition;
    let at = from;
    while (at < to && row < limit) {
      const first = bytes[at] as number;
      if (first <= SPACE || first === COMMA) {
        at++;
        continue;
      }
      sub++;
      let p = at + 1;
      usual: {
        if (first !== QUOTE) break usual;
        // Time: nine digits, then the rest, so that both parts are small integers.
        const timeStart = p;
        let high = 0;
        let digit = (bytes[p] as number) - ZERO;
        while (digit >= 0 && digit <= 9 && p - timeStart < 9) {
          high = high * 10 + digit;
          digit = (bytes[++p] as number) - ZERO;
        }
        let low = 0;
        let scale = 1;
        while (digit >= 0 && digit <= 9 && scale < 100_000) {
          low = low * 10 + digit;
          scale *= 10;
          digit = (bytes[++p] as number) - ZERO;
        }
        const digits = p - timeStart;
        if ((digits !== 13 && digits !== 10) || bytes[p] !== COMMA) break usual;
        const micros = (high * scale + low) * (digits === 13 ? 1000 : 1_000_000);
        if (micros < earliestMicros || micros > latestMicros) break usual;

        let source = 0;
        let octet = 0;
        let octetStart = ++p;
        let dots = 0;
        for (;;) {
          digit = (bytes[p] as number) - ZERO;
          if (digit >= 0 && digit <= 9) octet = octet * 10 + digit;
          else {
            const length = p - octetStart;
            if (length === 0 || length > 3 || octet > 255) break usual;
            source = (source << 8) | octet;
            if (bytes[p] !== DOT || dots === 3) break;
            dots++;
            octet = 0;
            octetStart = p + 1;
          }
          p++;
        }
        if (dots !== 3 || bytes[p] !== COMMA) break usual;

        let destination = 0;
        octet = 0;
        octetStart = ++p;
        dots = 0;
        for (;;) {
          digit = (bytes[p] as number) - ZERO;
          if (digit >= 0 && digit <= 9) octet = octet * 10 + digit;
          else {
            const length = p - octetStart;
            if (length === 0 || length > 3 || octet > 255) break usual;
            destination = (destination << 8) | octet;
            if (bytes[p] !== DOT || dots === 3) break;
            dots++;
            octet = 0;
            octetStart = p + 1;
          }
          p++;
        }
        if (dots !== 3 || bytes[p] !== COMMA) break usual;

        let start = ++p;
        let srcPort = 0;
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) srcPort = srcPort * 10 + digit;
        if (p === start || p - start > 5 || srcPort > 65_535 || bytes[p] !== COMMA) break usual;
        start = ++p;
        let dstPort = 0;
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) dstPort = dstPort * 10 + digit;
        if (p === start || p - start > 5 || dstPort > 65_535 || bytes[p] !== COMMA) break usual;

        let protocol = 0;
        start = ++p;
        if (bytes[p] === 0x54) {
          protocol = 6;
          p++;
        } else if (bytes[p] === 0x55) {
          protocol = 17;
          p++;
        } else {
          for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) protocol = protocol * 10 + digit;
          if (p === start || p - start > 3 || protocol > 255) break usual;
        }
        if (bytes[p] !== COMMA) break usual;

        const letter = bytes[p + 1];
        if ((letter !== 0x49 && letter !== 0x4f) || bytes[p + 2] !== COMMA) break usual;
        const isInbound = letter === 0x49;
        p += 3;

        // VNet: state, encryption. NSG: decision, state.
        let isDenied = false;
        let stateLetter = 0;
        let encryptionCode = 0;
        let rawCode = 0;
        if (isVnet) {
          stateLetter = bytes[p] as number;
          isDenied = stateLetter === 0x44;
          if (bytes[p + 1] !== COMMA || (isDenied && isUnspecified)) break usual;
          p += 2;
          start = p;
          while ((bytes[p] as number) >= 0x41 && (bytes[p] as number) <= 0x5f) p++;
          if (p === start || p - start > 32 || bytes[p] !== COMMA) break usual;
          encryptionCode = encryptions.codeOf(bytes, start, p);
        } else {
          const decision = bytes[p];
          isDenied = decision === 0x44;
          if (!isDenied && decision !== 0x41) break usual;
          rawCode = isDenied ? codes.rawDeny : codes.rawAllow;
          p++;
          if (!isFirstVersion) {
            if (bytes[p] !== COMMA) break usual;
            stateLetter = bytes[p + 1] as number;
            if (isDenied && stateLetter !== 0x42) break usual;
            p += 2;
          }
        }

        let sentPackets = 0;
        let sentBytes = 0;
        let backPackets = 0;
        let backBytes = 0;
        let stateCode = codes.deny;
        if (isFirstVersion) {
          if (bytes[p] !== QUOTE) break usual;
        } else if (stateLetter === 0x43 || stateLetter === 0x45) {
          stateCode = stateLetter === 0x43 ? codes.continue : codes.end;
          if (isVnet) rawCode = stateLetter === 0x43 ? codes.rawContinue : codes.rawEnd;
          if (bytes[p] !== COMMA) break usual;
          start = ++p;
          for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) sentPackets = sentPackets * 10 + digit;
          if (p === start || p - start > 15 || bytes[p] !== COMMA) break usual;
          start = ++p;
          for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) sentBytes = sentBytes * 10 + digit;
          if (p === start || p - start > 15 || bytes[p] !== COMMA) break usual;
          start = ++p;
          for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) backPackets = backPackets * 10 + digit;
          if (p === start || p - start > 15 || bytes[p] !== COMMA) break usual;
          start = ++p;
          for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO) backBytes = backBytes * 10 + digit;
          if (p === start || p - start > 15 || bytes[p] !== QUOTE) break usual;
        } else {
          if (stateLetter === 0x42) {
            if (!isDenied) stateCode = codes.begin;
            if (isVnet) rawCode = codes.rawBegin;
          } else if (isVnet && isDenied) rawCode = codes.rawDeny;
          else break usual;
          // Counters that are empty or 0 say nothing here: all four, each behind a comma.
          let commas = 0;
          while (bytes[p] === COMMA) {
            commas++;
            if (bytes[++p] === ZERO) p++;
          }
          if (commas !== 4 || bytes[p] !== QUOTE) break usual;
        }
        p++;

        const two = row * 2;
        const four = row * 4;
        const microsLow = micros >>> 0;
        const microsHigh = Math.floor(micros / WORD);
        time[two] = microsLow;
        time[two + 1] = microsHigh;
        srcIp[four] = source >>> 0;
        srcIp[four + 1] = IPV4_MAPPED;
        srcIp[four + 2] = 0;
        srcIp[four + 3] = TOP_BIT;
        dstIp[four] = destination >>> 0;
        dstIp[four + 1] = IPV4_MAPPED;
        dstIp[four + 2] = 0;
        dstIp[four + 3] = TOP_BIT;
        srcPorts[row] = srcPort;
        dstPorts[row] = dstPort;
        protocols[row] = protocol;
        directions[row] = isInbound ? codes.ingress : codes.egress;
        points[row] = isInbound ? codes.dst : codes.src;
        actions[row] = isDenied ? codes.actionDeny : codes.actionAllow;
        actionsRaw[row] = rawCode;
        qualities[row] = isInbound && protocol === 6 && !isDenied ? qualityOfInbound : codes.exact;
        subPositions[row] = sub;
        states[row] = stateCode;
        if (isVnet) encryption[row] = encryptionCode;
        if (stateLetter === 0x43 || stateLetter === 0x45) {
          endTime[two] = microsLow;
          endTime[two + 1] = microsHigh;
          srcPackets[two] = sentPackets >>> 0;
          srcPackets[two + 1] = (sentPackets / WORD) >>> 0;
          srcBytes[two] = sentBytes >>> 0;
          srcBytes[two + 1] = (sentBytes / WORD) >>> 0;
          dstPackets[two] = backPackets >>> 0;
          dstPackets[two + 1] = (backPackets / WORD) >>> 0;
          dstBytes[two] = backBytes >>> 0;
          dstBytes[two + 1] = (backBytes / WORD) >>> 0;
          const byte = row >> 3;
          const bit = 1 << (row & 7);
          endTimeValid[byte] = (endTimeValid[byte] as number) | bit;
          srcPacketsValid[byte] = (srcPacketsValid[byte] as number) | bit;
          srcBytesValid[byte] = (srcBytesValid[byte] as number) | bit;
          dstPacketsValid[byte] = (dstPacketsValid[byte] as number) | bit;
          dstBytesValid[byte] = (dstBytesValid[byte] as number) | bit;
        }
        row++;
        at = p;
        continue;
      }
      // Anything that is not quite usual is read with care.
      this.#mark(markFrom, row, isFirstVersion);
      batch.rows = row;
      this.#subPosition = sub;
      at = this.#readUnusual(bytes, at, to, group);
      row = batch.rows;
      markFrom = row;
    }
    this.#mark(markFrom, row, isFirstVersion);
    batch.rows = row;
    this.#subPosition = sub;
    return at;
  }

  /** Marks the columns that every usual tuple fills. */
  #mark(from: number, to: number, isFirstVersion: boolean): void {
    if (from === to) return;
    const columns = this.#columns;
    markValid(columns.time.valid, from, to);
    markValid(columns.srcIp.valid, from, to);
    markValid(columns.dstIp.valid, from, to);
    markValid(columns.srcPort.valid, from, to);
    markValid(columns.dstPort.valid, from, to);
    markValid(columns.protocol.valid, from, to);
    markValid(columns.direction.valid, from, to);
    markValid(columns.point.valid, from, to);
    markValid(columns.action.valid, from, to);
    markValid(columns.actionRaw.valid, from, to);
    markValid(columns.quality.valid, from, to);
    markValid(columns.encryption.valid, from, to);
    markValid(columns.subPosition.valid, from, to);
    if (!isFirstVersion) markValid(columns.state.valid, from, to);
  }

  /** Reads one element of the array with care and returns where it ends. */
  #readUnusual(bytes: Uint8Array, from: number, to: number, group: TupleGroup): number {
    const { text, end } = endOfElement(bytes, from, to);
    const output = this.#output;
    const tuple = text === undefined ? "type" : parseTuple(text, this.#dialect, group.version);
    const raw = text ?? bytes.subarray(from, end);
    if (typeof tuple === "string") this.#addMalformed(`bad-tuple-${tuple}`, raw);
    else if (!output.isTimeInRange(tuple.micros)) this.#addMalformed("time-out-of-range", raw);
    else writeTuple(output, { tuple, dialect: this.#dialect, group, subPosition: this.#subPosition });
    return end;
  }

  #addMalformed(reason: string, text: string | Uint8Array): void {
    this.#output.addMalformed(this.#position, this.#subPosition, reason, text, this.#logType);
  }
}
