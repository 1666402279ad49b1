import { IPV4_MAPPED } from "#base/address.js";
import type { TextDictionary } from "#model/text-dictionary.js";
import { CACHE_BITS, type LineTarget } from "./line-target.ts";
import * as word from "./line-words.ts";
import * as slow from "./slow-values.ts";

const WORD = 4_294_967_296;
const FLIP = 0x8000_0000;
const HASH_PRIME = 0x01000193;
const SLOT_PRIME = 0x9e3779b1;
const SLOT_SHIFT = 32 - CACHE_BITS;
const LF = 0x0a;
const SPACE = 0x20;
const DASH = 0x2d;

/**
 * Reads the lines of `bytes[from, to)` into rows; `bytes[to - 1]` is a line feed. Stops in front of the first line that is
 * not plainly a record of the target's layout; `target.at` tells where, `target.line` how many lines were read before.
 *
 * This is where an object's time goes, so it is one function with local variables: such a reader with its state shared by
 * small helpers ran at half the speed. The numbers compared with `operation` are those of `operations`.
 * @param checkAt offset at which to stop for a look at the size of the output
 */
// oxlint-disable-next-line max-lines-per-function -- the inner loop: one function, local variables
export function readLines(target: LineTarget, bytes: Uint8Array, from: number, to: number, checkAt: number): word.Stop {
  const { layout, batch, rowLimit, earliestMicros, latestMicros, needsFinish } = target;
  const { words, octets, valids, dictionaries, cacheStart, cacheLength, cacheCode, lengths, spans } = target;
  const { position, positionValid, srcPort, srcPortValid, dstPort, dstPortValid, action, actionValid } = target;
  const { srcIp, srcIpValid, dstIp, dstIpValid, srcHop, srcHopValid, dstHop, dstHopValid, point, pointValid } = target;
  const { allow, deny, observed, accept, reject, ingress, egress, atSource, atDestination, inTransit } = target;
  const { hasAction, hasPoint, hasPacketSrc, hasPacketDst } = target;
  const { operations, version: onlyVersion } = layout;
  const { stops } = word;
  const tokens = operations.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let row = batch.rows;
  let { line } = target;
  let at = from;
  let lineStart = from;
  let stop: word.Stop = stops.end;
  let token = 0;
  target.isOutOfTime = false;

  lines: while (at < to) {
    lineStart = at;
    token = 0;
    if (row >= rowLimit || at >= checkAt) {
      stop = row >= rowLimit ? stops.full : stops.check;
      break;
    }
    // Every way out of the loop from here on leaves a line that is to be looked at.
    stop = stops.unusual;
    let byte = bytes[at] as number;
    if (byte <= 0x23 || byte === 0x7b) {
      while (byte === SPACE || byte === 0x09 || byte === 0x0d) byte = bytes[++at] as number;
      if (byte === LF && at - lineStart <= word.LINE_LIMIT) {
        at++;
        line++;
        stop = stops.end;
        continue;
      }
      if (byte === 0x23 || byte === 0x7b) break;
    }
    const bit = 1 << (row & 7);
    const group = row >> 3;
    let status = 0;
    let protocol = -1;
    let fromPort = -1;
    let toPort = -1;
    let addresses = 0;
    let direction = 0;
    let verdict = observed;
    let hasTime = false;

    for (; token < tokens; token++) {
      const operation = operations[token] as number;
      const start = at;
      if (byte === DASH && (bytes[at + 1] as number) <= SPACE) at++;
      else if (operation >= 12) {
        // A number. Nine digits fit a small integer.
        let digit = byte - 0x30;
        if (digit >>> 0 > 9) break lines;
        let value = digit;
        const limit = at + 9;
        digit = (bytes[++at] as number) - 0x30;
        while (digit >>> 0 <= 9 && at < limit) {
          value = value * 10 + digit;
          digit = (bytes[++at] as number) - 0x30;
        }
        if (operation >= 17) {
          const column = words[token] as Uint32Array;
          if (operation === 17) {
            // uint64
            column[row * 2] = value;
            column[row * 2 + 1] = 0;
            if (digit >>> 0 <= 9) {
              while (((bytes[at] as number) - 0x30) >>> 0 <= 9) at++;
              if (!slow.readLongCount(column, row, bytes, start, at)) break lines;
            }
          } else {
            // start, end
            let time = value;
            for (; digit >>> 0 <= 9; digit = (bytes[++at] as number) - 0x30) time = time * 10 + digit;
            // Milliseconds have been seen where seconds belong.
            const micros = time > 2_147_483_647 ? time * 1000 : time * 1_000_000;
            if (!(micros >= earliestMicros && micros <= latestMicros)) {
              target.isOutOfTime = (bytes[at] as number) <= SPACE;
              break lines;
            }
            column[row * 2] = micros >>> 0;
            column[row * 2 + 1] = micros / WORD;
            if (operation === 18) hasTime = true;
          }
        } else if (operation >= 15) {
          // src-port, dst-port
          if (value > 65_535 || at - start > 5) break lines;
          if (operation === 15) srcPort[row] = fromPort = value;
          else dstPort[row] = toPort = value;
        } else {
          // uint8, version, protocol
          if (value > 255 || at - start > 3) break lines;
          if (operation === 14) protocol = value;
          else if (operation === 13 && onlyVersion !== 0 && value !== onlyVersion) break lines;
          (octets[token] as Uint8Array)[row] = value;
        }
        if (operation < 15 || operation > 16) {
          ((valids[token] as Uint8Array)[group] as number) |= bit;
        }
      } else if (operation === 2 || operation === 3) {
        // text, tag. The value is most likely as long as the last one: then its end need not be looked for.
        const column = words[token] as Uint32Array;
        ((valids[token] as Uint8Array)[group] as number) |= bit;
        const length = lengths[token] as number;
        const end = at + length;
        if (length >= 4 && end < to && (bytes[end] as number) <= SPACE) {
          const tail = view.getUint32(end - 4, true);
          const slot = (token << CACHE_BITS) | (Math.imul(tail, SLOT_PRIME) >>> SLOT_SHIFT);
          const known = cacheStart[slot] as number;
          if (cacheLength[slot] === length && view.getUint32(known + length - 4, true) === tail) {
            const compared = length - 4;
            let same = 0;
            while (same < compared && view.getUint32(at + same, true) === view.getUint32(known + same, true)) same += 4;
            if (same >= compared) {
              column[row] = cacheCode[slot] as number;
              at = end;
            }
          }
        }
        if (at === start) {
          let hash = 0x811c9dc5;
          for (; byte > SPACE; byte = bytes[++at] as number) hash = Math.imul(hash ^ byte, HASH_PRIME);
          if (at === start) break lines;
          const all = dictionaries[token] as TextDictionary;
          const code =
            operation === 3 ? slow.codeOfTag(all, bytes, start, at) : all.codeOfHashed(bytes, start, at, hash);
          column[row] = code;
          lengths[token] = at - start;
          if (at - start >= 4) {
            const slot = (token << CACHE_BITS) | (Math.imul(view.getUint32(at - 4, true), SLOT_PRIME) >>> SLOT_SHIFT);
            cacheStart[slot] = start;
            cacheLength[slot] = at - start;
            cacheCode[slot] = code;
          }
        }
      } else if (operation >= 4 && operation <= 7) {
        // src-address, dst-address, packet-src, packet-dst
        const column = words[token] as Uint32Array;
        let address = 0;
        let parts = 0;
        let digit = byte - 0x30;
        while (digit >>> 0 <= 9) {
          let octet = digit;
          digit = (bytes[++at] as number) - 0x30;
          if (digit >>> 0 <= 9) {
            octet = octet * 10 + digit;
            digit = (bytes[++at] as number) - 0x30;
            if (digit >>> 0 <= 9) {
              octet = octet * 10 + digit;
              digit = (bytes[++at] as number) - 0x30;
            }
          }
          if (octet > 255) break;
          address = (address << 8) | octet;
          if (++parts === 4 || digit !== -2) break;
          digit = (bytes[++at] as number) - 0x30;
        }
        if (parts === 4 && digit <= -16) {
          const base = row * 4;
          column[base] = address;
          column[base + 1] = IPV4_MAPPED;
          column[base + 2] = 0;
          column[base + 3] = FLIP;
        } else {
          at = start;
          while ((bytes[at] as number) > SPACE) at++;
          if (!slow.readAddressText(column, row, bytes, start, at)) break lines;
        }
        addresses |= 1 << (operation - 4);
      } else {
        while ((bytes[at] as number) > SPACE) at++;
        const length = at - start;
        if (length === 0) break lines;
        if (operation === 9) {
          // action
          if (length === 6) {
            const head = view.getUint32(start, true);
            const tail = view.getUint16(start + 4, true);
            if (head === word.ACCE && tail === word.PT) verdict = allow;
            else if (head === word.REJE && tail === word.CT) verdict = deny;
          }
          const code =
            verdict === allow
              ? accept
              : verdict === deny
                ? reject
                : (dictionaries[token] as TextDictionary).codeOf(bytes, start, at);
          (words[token] as Uint32Array)[row] = code;
        } else if (operation === 10) {
          // status
          if (length === 6 && view.getUint32(start, true) === word.NODA && view.getUint16(start + 4, true) === word.TA)
            status = 1;
          else if (
            length === 8 &&
            view.getUint32(start, true) === word.SKIP &&
            view.getUint32(start + 4, true) === word.DATA
          )
            status = 2;
          else if (length !== 2 || bytes[start] !== 0x4f || bytes[start + 1] !== 0x4b) break lines;
        } else if (operation === 8) {
          // direction
          if (length === 6 && view.getUint32(start, true) === word.EGRE && view.getUint16(start + 4, true) === word.SS)
            direction = 1;
          else if (
            length === 7 &&
            view.getUint32(start, true) === word.INGR &&
            view.getUint32(start + 3, true) === word.RESS
          )
            direction = 2;
          const code =
            direction === 1
              ? egress
              : direction === 2
                ? ingress
                : (dictionaries[token] as TextDictionary).codeOf(bytes, start, at);
          (words[token] as Uint32Array)[row] = code;
        } else if (operation === 1) {
          // ext
          spans[token * 2] = start;
          spans[token * 2 + 1] = at;
        } else if (operation === 11 && !slow.readIsoTime(target, row, bytes, start, at)) break lines;
        if (operation === 9 || operation === 8) {
          ((valids[token] as Uint8Array)[group] as number) |= bit;
        }
      }
      byte = bytes[at] as number;
      if (byte > SPACE) break lines;
      while (byte === SPACE || byte === 0x09 || byte === 0x0d) byte = bytes[++at] as number;
    }
    if (byte !== LF || at - lineStart > word.LINE_LIMIT) break;
    at++;
    line++;
    if (hasAction) {
      action[row] = verdict;
      (actionValid[group] as number) |= bit;
    }
    if (protocol >= 0 ? word.hasPorts[protocol] === 1 : fromPort > 0 || toPort > 0) {
      if (fromPort >= 0) (srcPortValid[group] as number) |= bit;
      if (toPort >= 0) (dstPortValid[group] as number) |= bit;
    }
    let hops = 0;
    if (hasPacketSrc) hops |= slow.settleHop(srcIp, srcHop, row, addresses & 5);
    if (hasPacketDst) hops |= slow.settleHop(dstIp, dstHop, row, (addresses >> 1) & 5) << 1;
    if (addresses & 5) (srcIpValid[group] as number) |= bit;
    if (addresses & 10) (dstIpValid[group] as number) |= bit;
    if (hops & 1) (srcHopValid[group] as number) |= bit;
    if (hops & 2) (dstHopValid[group] as number) |= bit;
    // An interface whose own end has another address than the packet only passes it on.
    if (hasPoint && (direction | hops) !== 0) {
      if (direction === 0 || (direction & hops) !== 0) point[row] = inTransit;
      else point[row] = direction === 1 ? atSource : atDestination;
      (pointValid[group] as number) |= bit;
    }
    position[row] = line;
    (positionValid[group] as number) |= bit;
    if (!hasTime) slow.setFallbackTime(target, row);
    if (needsFinish) slow.finishRow(target, bytes, row);
    if (status !== 0) {
      target.status = status;
      stop = stops.coverage;
      break;
    }
    row++;
    stop = stops.end;
  }
  batch.rows = row;
  target.line = line;
  target.at = stop === stops.end || stop === stops.coverage ? at : lineStart;
  target.failed = token;
  return stop;
}
