import { quoted } from "./diagnostic.ts";
import { filterLimits } from "./limits.ts";
import { readClass, readEscape } from "./regular-expression-atoms.ts";
import type { Fault } from "./values.ts";

/**
 * Patterns are of RE2, which answers in time that grows with the text alone, whoever wrote the pattern. So there is no
 * looking around and no going back to a group, and each way out of the syntax is told before a query runs.
 */

/** What was repeated last, or a group so far: how large it becomes in the engine, and the largest product of counts in it. */
interface Extent {
  size: number;
  counts: number;
}

interface Group extends Extent {
  /** The atom that a repetition would repeat. */
  last: Extent | undefined;
  wasRepeated: boolean;
}

/** RE2's bound on a count, and on the product of counts inside each other. */
const MOST_REPEATS = 1000;
/** Instructions that a pattern may become; RE2 refuses above about 100,000. */
const MOST_SIZE = 50_000;

/** Why a regular expression is refused; undefined when it is accepted. */
export function regularExpressionFault(pattern: string): Fault | undefined {
  const { patternLength } = filterLimits;
  if (pattern.length > patternLength)
    return { message: `the regular expression is longer than ${patternLength} characters` };
  const groups: Group[] = [newGroup()];
  const names = new Set<string>();
  let at = 0;
  while (at < pattern.length) {
    const step = readPiece(pattern, at, groups, names);
    if (typeof step !== "number") return step;
    at = step;
  }
  if (groups.length > 1) return { message: "a bracket of the regular expression is never closed" };
  const [whole] = groups;
  if (whole !== undefined && total(whole).size > MOST_SIZE)
    return { message: "the regular expression is too large: it repeats too much too often" };
  return undefined;
}

function newGroup(): Group {
  return { size: 1, counts: 1, last: undefined, wasRepeated: false };
}

/** A group with the atom that was read last. */
function total({ size, counts, last }: Group): Extent {
  return { size: size + (last?.size ?? 0), counts: Math.max(counts, last?.counts ?? 1) };
}

function settle(group: Group, last: Extent | undefined): void {
  Object.assign(group, total(group));
  group.last = last;
  group.wasRepeated = false;
}

/** Reads one piece at a place. @returns where the next begins, or what is wrong */
function readPiece(pattern: string, at: number, groups: Group[], names: Set<string>): number | Fault {
  const group = groups.at(-1) as Group;
  const char = pattern[at] as string;
  switch (char) {
    case "(":
      return openGroup(pattern, at, groups, names);
    case ")": {
      if (groups.length === 1) return { message: "a bracket of the regular expression closes nothing" };
      groups.pop();
      settle(groups.at(-1) as Group, total(group));
      return at + 1;
    }
    case "|":
      settle(group, undefined);
      return at + 1;
    case "*":
    case "+":
    case "?":
      return repeat(pattern, at, 1, 1, group);
    case "{": {
      const [written, low, , high] = /^\{(\d{1,6})(,(\d{1,6})?)?\}/.exec(pattern.slice(at)) ?? [];
      if (written === undefined) break;
      const [least, most] = [Number(low), Number(high ?? low)];
      if (least > most || most > MOST_REPEATS)
        return {
          message: `${quoted(written)} repeats ${least > most ? "backwards" : `more than ${MOST_REPEATS} times`}`,
        };
      return repeat(pattern, at, written.length, most, group);
    }
    case "[":
    case "\\": {
      const atom = char === "[" ? readClass(pattern, at) : readEscape(pattern, at);
      if ("fault" in atom) return atom.fault;
      settle(group, { size: atom.size, counts: 1 });
      return atom.end;
    }
    default:
  }
  const point = String.fromCodePoint(pattern.codePointAt(at) as number);
  settle(group, { size: point === "." || point > "\u007F" ? 20 : 2, counts: 1 });
  return at + point.length;
}

function openGroup(pattern: string, at: number, groups: Group[], names: Set<string>): number | Fault {
  const rest = pattern.slice(at);
  if (!rest.startsWith("(?")) {
    groups.push(newGroup());
    return at + 1;
  }
  const name = /^\(\?P<([A-Za-z_]\w*)>/.exec(rest);
  if (name !== null) {
    if (names.has(name[1] as string)) return { message: `two groups of the regular expression are called ${name[1]}` };
    names.add(name[1] as string);
    groups.push(newGroup());
    return at + name[0].length;
  }
  const flags = /^\(\?(?:[imsU]+(?:-[imsU]+)?|-[imsU]+)?([:)])/.exec(rest);
  if (flags === null || flags[0] === "(?)") return foreignGroup(rest);
  if (flags[1] === ":") groups.push(newGroup());
  else settle(groups.at(-1) as Group, undefined);
  return at + flags[0].length;
}

function foreignGroup(rest: string): Fault {
  const around = /^\(\?<?[=!]/.exec(rest)?.[0];
  if (around !== undefined)
    return {
      message: `${quoted(around)} looks around, which these regular expressions cannot`,
      next: "Split it in two conditions: rule ~ web and rule !~ test.",
    };
  return {
    message: `${quoted(rest.slice(0, 3))} begins no group of these regular expressions`,
    next: "Write (…), (?:…), (?i:…) or (?P<name>…).",
  };
}

function repeat(pattern: string, at: number, length: number, count: number, group: Group): number | Fault {
  const written = pattern.slice(at, at + length);
  if (group.last === undefined) return { message: `${quoted(written)} has nothing before it to repeat` };
  if (group.wasRepeated)
    return {
      message: `${quoted(written)} repeats what is repeated already`,
      next:
        written === "+" ? "Possessive repeats do not exist here: write one sign." : "Write one sign, or use brackets.",
    };
  const counts = group.last.counts * Math.max(1, count);
  if (counts > MOST_REPEATS) return { message: `counts inside each other repeat more than ${MOST_REPEATS} times` };
  group.last = { size: (group.last.size + 1) * Math.max(1, count), counts };
  group.wasRepeated = true;
  const end = at + length;
  return pattern[end] === "?" ? end + 1 : end;
}
