import type { ObjectContext } from "../decoder.ts";
import { readHeader, splitTokens } from "./aws-layout.ts";
import { parseIsoTime } from "./slow-values.ts";

/** Lines of the head that are looked at. */
const LINES = 50;

const decoder = new TextDecoder("utf-8", { fatal: false });

/** Whether text is of AWS flow logs: it begins with a header, or at least half of its first lines look like records. */
export function detectsAwsText(head: Uint8Array, context: ObjectContext): boolean {
  if (head.includes(0)) return false;
  const text = decoder.decode(head);
  if (text.trim() === "") return true;
  if (context.logFormat !== undefined) return true;
  const lines = text.split("\n", LINES * 2);
  // The last line may have been cut off.
  if (lines.length > 1 && head.length >= 65_536 && lines.length < LINES * 2) lines.pop();
  const records = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const first = records[0];
  if (first === undefined) return false;
  const header = splitTokens(first.slice(0, 20_000));
  if (readHeader(parseIsoTime(header[0] ?? "") === undefined ? header : header.slice(1))) return true;
  const looked = records.slice(0, LINES);
  return looked.filter(looksLikeRecord).length * 2 >= looked.length;
}

const simple = /^[\w.:/%+@=,~*-]+$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})$/;
const observer = /^(?:eni-[0-9a-f]{8,17}|tgw-attach-[0-9a-f]{8,17})$/;
const verdict = /^(?:ACCEPT|REJECT)$/;
const marker = /^(?:ingress|egress|OK|NODATA|SKIPDATA)$/;

/** A record has the tokens that nothing else puts side by side: an interface, or addresses with a verdict or a status. */
function looksLikeRecord(line: string): boolean {
  const all = splitTokens(line.slice(0, 20_000));
  const tokens = parseIsoTime(all[0] ?? "") === undefined ? all : all.slice(1);
  const comment = tokens.findIndex((token) => token.startsWith("#"));
  const fields = comment < 0 ? tokens : tokens.slice(0, comment);
  if (fields.length < 2 || !fields.every((token) => simple.test(token))) return false;
  const addresses = fields.filter((token) => address.test(token)).length;
  const hasNumber = fields.some((token) => /^\d+$/.test(token));
  if (fields.some((token) => observer.test(token))) return fields.length >= 3 && (hasNumber || addresses > 0);
  if (addresses >= 1 && fields.some((token) => verdict.test(token))) return hasNumber;
  return addresses >= 2 && hasNumber && fields.some((token) => marker.test(token));
}
