import type { DecodeOutput } from "../decode-output.ts";
import type { TupleColumns } from "./tuple-columns.ts";
import type { TupleDialect, TupleGroup } from "./tuple-text.ts";

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const ZERO = 0x30;
const IPV4_MAPPED = 0xffff;
const TOP_BIT = 0x8000_0000;
const WORD = 0x1_0000_0000;

/** An array of tuples that is being read. */
export interface TupleBlock {
  readonly columns: TupleColumns;
  readonly output: DecodeOutput;
  readonly dialect: TupleDialect;
  readonly group: TupleGroup;
  /** The next element is looked for here. */
  at: number;
  /** The array ends here. */
  readonly to: number;
  /** Number of the last element in its record. */
  subPosition: number;
}

/**
 * Reads tuples of the usual form into rows: straight from the bytes, IPv4 only, counters below 10^15. Stops before the
 * first element that is not so, at the end of the array, or when the batch is full. What it reads is exactly what the
 * careful way would read.
 */
// oxlint-disable-next-line max-lines-per-function, complexity -- the inner loop: one function, local variables
export function readUsualTuples(bytes: Uint8Array, block: TupleBlock): void {
  const { columns, output, dialect, group } = block;
  const batch = output.flows;
  const limit = batch.capacity;
  const codes = columns.currentCodes(dialect);
  const isVnet = dialect === "vnet";
  const isFirstVersion = !isVnet && group.version === 1;
  const qualityOfInbound =
    group.version === 2 && !isVnet && group.rule?.startsWith("UserRule_") === true ? codes.unreliable : codes.exact;
  const isUnspecified = group.acl === "unspecified";
  const { earliestMicros, latestMicros } = output;
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
  const [srcPacketsColumn, srcBytesColumn, dstPacketsColumn, dstBytesColumn] = columns.counters;
  const srcPackets = srcPacketsColumn.data;
  const srcBytes = srcBytesColumn.data;
  const dstPackets = dstPacketsColumn.data;
  const dstBytes = dstBytesColumn.data;
  const srcPacketsValid = srcPacketsColumn.valid;
  const srcBytesValid = srcBytesColumn.valid;
  const dstPacketsValid = dstPacketsColumn.valid;
  const dstBytesValid = dstBytesColumn.valid;
  const subPositions = columns.subPosition.data;

  let row = batch.rows;
  const firstRow = row;
  let sub = block.subPosition;
  let { at } = block;
  while (at < block.to && row < limit) {
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
      for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
        srcPort = srcPort * 10 + digit;
      if (p === start || p - start > 5 || srcPort > 65_535 || bytes[p] !== COMMA) break usual;
      start = ++p;
      let dstPort = 0;
      for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
        dstPort = dstPort * 10 + digit;
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
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
          protocol = protocol * 10 + digit;
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
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
          sentPackets = sentPackets * 10 + digit;
        if (p === start || p - start > 15 || bytes[p] !== COMMA) break usual;
        start = ++p;
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
          sentBytes = sentBytes * 10 + digit;
        if (p === start || p - start > 15 || bytes[p] !== COMMA) break usual;
        start = ++p;
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
          backPackets = backPackets * 10 + digit;
        if (p === start || p - start > 15 || bytes[p] !== COMMA) break usual;
        start = ++p;
        for (digit = (bytes[p] as number) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++p] as number) - ZERO)
          backBytes = backBytes * 10 + digit;
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
    sub--;
    break;
  }
  columns.markUsual(firstRow, row, isFirstVersion);
  batch.rows = row;
  block.subPosition = sub;
  block.at = at;
}
