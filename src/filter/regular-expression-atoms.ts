import { quoted } from "./diagnostic.ts";
import type { Fault } from "./values.ts";

/** A piece that stands for one character: where it ends, and about how many instructions it becomes. */
export type Atom = { readonly end: number; readonly size: number } | { readonly fault: Fault };

const SMALL = 2;
/** A class that reaches beyond ASCII is spelled out in bytes. */
const WIDE = 40;
const CATEGORY = 800;

const categories = new Set(
  "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co".split(" "),
);
const posixClasses = new Set(
  "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split(" "),
);

/** One character after a backslash, the same in a class and outside: the code point, where it is one. */
const LITERAL_ESCAPE = /^\\(?:([^\w\s\u{80}-\u{10FFFF}])|([aftnrv])|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\})/u;
const CLASS_ESCAPE = /^\\[dDsSwW]/;
const CATEGORY_ESCAPE = /^\\[pP](?:\{\^?([^}]*)\}|(.))/su;
const controls: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** Reads what begins with a backslash, outside a class. */
export function readEscape(pattern: string, at: number): Atom {
  const rest = pattern.slice(at);
  const edge = /^\\[AzbB]/.exec(rest);
  if (edge !== null) return { end: at + edge[0].length, size: SMALL };
  const set = readSetEscape(rest, at);
  if (set !== undefined) return set;
  const literal = readLiteral(rest);
  if (literal !== undefined) return { end: at + literal.length, size: literal.point > 0x7f ? WIDE : SMALL };
  return { fault: unknownEscape(rest) };
}

/** `\d` and `\p{L}`: more than one character. */
function readSetEscape(rest: string, at: number): Atom | undefined {
  const simple = CLASS_ESCAPE.exec(rest)?.[0];
  if (simple !== undefined) return { end: at + simple.length, size: /[DSW]/.test(simple) ? WIDE : SMALL };
  const [written, long, short] = CATEGORY_ESCAPE.exec(rest) ?? [];
  if (written === undefined) return undefined;
  const name = long ?? short ?? "";
  if (categories.has(name)) return { end: at + written.length, size: CATEGORY };
  return {
    fault: {
      message: `${quoted(written)} is no class of characters`,
      next: "Write a general category of Unicode, such as \\p{L} for letters or \\p{Nd} for digits.",
    },
  };
}

function readLiteral(rest: string): { readonly length: number; readonly point: number } | undefined {
  const [written, sign, control, two, many] = LITERAL_ESCAPE.exec(rest) ?? [];
  if (written === undefined) return undefined;
  const hex = two ?? many;
  const point =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : control !== undefined
        ? (controls[control] as number)
        : (sign as string).codePointAt(0);
  return point === undefined || point > 0x10_ff_ff ? undefined : { length: written.length, point };
}

function unknownEscape(rest: string): Fault {
  const written = rest.slice(0, 2);
  if (written === "\\") return { message: "the regular expression ends in a backslash" };
  if (/^\\[1-9k]/.test(written))
    return { message: `${quoted(written)} goes back to a group, which these regular expressions cannot` };
  return { message: `${quoted(written)} means nothing in these regular expressions` };
}

/** Reads `[a-z\d]`. */
export function readClass(pattern: string, from: number): Atom {
  let at = from + 1;
  const isNegated = pattern[at] === "^";
  if (isNegated) at++;
  let size = isNegated ? WIDE : SMALL;
  for (let isFirst = true; isFirst || pattern[at] !== "]"; isFirst = false) {
    if (at >= pattern.length) return { fault: { message: "a [ of the regular expression is never closed" } };
    const item = readClassItem(pattern, at);
    if ("fault" in item) return item;
    size += item.size;
    at = item.end;
  }
  return { end: at + 1, size };
}

function readClassItem(pattern: string, at: number): Atom {
  const rest = pattern.slice(at);
  const [posix, name] = /^\[:\^?(.*?):\]/s.exec(rest) ?? [];
  if (posix !== undefined)
    return posixClasses.has(name as string)
      ? { end: at + posix.length, size: WIDE }
      : { fault: { message: `${quoted(posix)} is no class of characters` } };
  const set = rest.startsWith("\\") ? readSetEscape(rest, at) : undefined;
  if (set !== undefined) return set;
  const low = readMember(rest);
  if (low === undefined) return { fault: unknownEscape(rest) };
  const afterDash = rest.slice(low.length + 1);
  if (rest[low.length] !== "-" || afterDash === "" || afterDash.startsWith("]"))
    return { end: at + low.length, size: low.point > 0x7f ? WIDE : SMALL };
  const high = readMember(afterDash);
  if (high === undefined) return { fault: unknownEscape(afterDash) };
  const end = at + low.length + 1 + high.length;
  if (low.point > high.point)
    return { fault: { message: `${quoted(pattern.slice(at, end))} is a range that runs backwards` } };
  return { end, size: high.point > 0x7f ? WIDE : SMALL };
}

/** One character of a class, plain or escaped. */
function readMember(rest: string): { readonly length: number; readonly point: number } | undefined {
  if (rest.startsWith("\\")) return readLiteral(rest);
  const point = rest.codePointAt(0) as number;
  return { length: point > 0xff_ff ? 2 : 1, point };
}
