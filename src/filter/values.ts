import { nearestWord } from "#base/nearest.js";
import { readTime, TIME_FORMS } from "#base/time.js";
import { columnOf } from "#model/columns.js";
import type { Field } from "#model/datasets.js";
import type { FilterValue } from "#model/filter.js";
import { idKey } from "#model/names.js";
import { protocolNumbers } from "#model/protocols.js";
import { servicePorts } from "#model/service-ports.js";
import { readAddresses } from "./addresses.ts";
import { quoted } from "./diagnostic.ts";
import { fieldText } from "./fields.ts";
import { highestOf, readNumber, splitRange, unitAdvice, type UnitKind } from "./numbers.ts";

/** What is wrong with a value; the caller knows its place. */
export interface Fault {
  readonly message: string;
  readonly suggestion?: string;
  readonly next?: string;
}

/** A value that was read, or why it could not be. */
export type Reading<T> = { readonly value: T } | { readonly fault: Fault };

/** What kind of operand a field takes. */
export type FieldKind = "text" | "address" | "number" | "time" | "service";

export function kindOf({ type }: Field): FieldKind {
  if (type === "service" || type === "address") return type;
  if (type === "text" || type === "json") return "text";
  return type === "timestamp" ? "time" : "number";
}

/** Reads a value as the field's type. `nowMs`: what `-2h` is counted from. */
export function readValue(text: string, isQuoted: boolean, field: Field, nowMs: number): Reading<FilterValue> {
  switch (kindOf(field)) {
    case "text":
      return readText(text, isQuoted, field);
    case "address":
      return readAddressValue(text, field);
    case "number":
      return readNumberValue(text, field);
    case "time":
      return readTimeValue(text, field, nowMs);
    case "service":
      return readService(text, field);
  }
}

/** Words that mean the same; a column stores one of each group. */
const synonyms: readonly (readonly string[])[] = [
  ["allow", "allowed", "accept", "accepted", "permit", "permitted"],
  ["deny", "denied", "reject", "rejected", "block", "blocked"],
  ["drop", "dropped"],
];

/** The stored word of a closed set that a person means; undefined when it is none of them. */
export function storedWord(text: string, values: readonly string[]): string | undefined {
  const word = text.trim().toLowerCase().replaceAll(/[ -]/g, "_");
  if (values.includes(word)) return word;
  const group = synonyms.find((words) => words.includes(word));
  return group === undefined ? undefined : values.find((value) => group.includes(value));
}

function readText(text: string, isQuoted: boolean, field: Field): Reading<FilterValue> {
  if (field.values !== undefined) {
    const stored = storedWord(text, field.values);
    if (stored !== undefined) return { value: { type: "text", text: stored } };
    const near = nearestWord(text, field.values);
    const list = `It is one of ${field.values.join(", ")}.`;
    return {
      fault: {
        message: `${fieldText(field.name)} is never ${quoted(text)}`,
        ...(near === undefined ? { next: list } : { suggestion: near, next: `Did you mean ${near}? ${list}` }),
      },
    };
  }
  // A MAC address in any spelling is the one that flow logs write.
  const isMac = !isQuoted && field.aliases.some((alias) => /(^|_)mac$/.test(alias));
  return { value: { type: "text", text: isMac ? idKey(text) : text } };
}

function readAddressValue(text: string, field: Field): Reading<FilterValue> {
  const reading = readAddresses(text);
  if ("block" in reading) return { value: { type: "addresses", block: reading.block } };
  const { fault, suggestion } = reading;
  const name = fieldText(field.name);
  const named = name.replace(/ip$/, "name");
  const isWord = named !== name && /^[a-z][\w.-]*$/i.test(text);
  const next = isWord
    ? `Write ${name} = 10.0.0.1 or ${name} in 10.0.0.0/8. For the name of an address: ${named} = ${text}.`
    : `Write ${name} = 10.0.0.1, 10.0.0.0/8 or 10.0.0.1-10.0.0.9.`;
  return {
    fault: {
      message: `${quoted(text)} ${fault}`,
      ...(suggestion === undefined ? { next } : { suggestion }),
    },
  };
}

/** The units of a field's numbers. */
export function unitOf(field: Field): UnitKind {
  const [column] = field.columns;
  const unit = column === undefined ? undefined : columnOf(column).unit;
  return unit === undefined || unit === "ratio" ? "none" : unit;
}

/** Words that stand for numbers of a field: protocols, and the ports of services. */
export function numberWords(field: Field): Readonly<Record<string, number>> {
  if (field.columns.every((column) => column === "protocol")) return protocolNumbers;
  return field.columns.every((column) => column.endsWith("_port")) ? portOfService : {};
}

const portOfService: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(servicePorts).map(([name, [port]]) => [name, port]),
);

function readNumberValue(text: string, field: Field): Reading<FilterValue> {
  const one = readOneNumber(text, field);
  if (one !== undefined) return one;
  const ends = splitRange(text);
  const [first, last] = ends === undefined ? [] : ends.map((end) => readOneNumber(end, field));
  if (ends === undefined || first === undefined || last === undefined) return { fault: noNumber(text, field) };
  if ("fault" in first) return first;
  if ("fault" in last) return last;
  const [low, high] = [numberIn(first.value), numberIn(last.value)];
  if (low > high)
    return {
      fault: { message: `${quoted(text)} is a range that runs backwards`, suggestion: `${ends[1]}-${ends[0]}` },
    };
  return { value: { type: "range", first: low, last: high } };
}

function numberIn(value: FilterValue): number | bigint {
  return value.type === "number" ? value.number : 0;
}

/** Undefined where the text is no number at all. */
function readOneNumber(text: string, field: Field): Reading<FilterValue> | undefined {
  const words = numberWords(field);
  const word = text.toLowerCase();
  const number = Object.hasOwn(words, word) ? words[word] : readNumber(text, unitOf(field));
  if (number === undefined) return undefined;
  if (field.type === "float64") return { value: { type: "number", number: Number(number) } };
  const highest = highestOf[field.type as keyof typeof highestOf];
  const name = fieldText(field.name);
  if (typeof number === "number" && !Number.isInteger(number))
    return { fault: { message: `${name} is a whole number, and ${quoted(text)} is none` } };
  if (number > highest)
    return {
      fault: { message: `${quoted(text)} is out of reach: ${name} goes from 0 to ${highest.toLocaleString("en")}` },
    };
  return { value: { type: "number", number } };
}

function noNumber(text: string, field: Field): Fault {
  const name = fieldText(field.name);
  const message = `${name} is a number, and ${quoted(text)} is none`;
  const words = Object.keys(numberWords(field));
  const near = nearestWord(text, words);
  if (near !== undefined) return { message, suggestion: near };
  if (/^\d+(-\d+)?\/[a-z]+$/i.test(text))
    return {
      message,
      next: `For a port with its protocol write service = ${text}, or ${name} = ${text.split("/")[0]}.`,
    };
  if (/^-\d/.test(text)) return { message: `${name} is never below 0` };
  const like = words.length === 0 ? "" : `, or a name such as ${words.slice(0, 3).join(", ")}`;
  return { message, next: `Write ${unitAdvice[unitOf(field)]}, or a range${like}.` };
}

function readTimeValue(text: string, field: Field, nowMs: number): Reading<FilterValue> {
  const micros = readTime(text, nowMs);
  if (micros !== undefined) return { value: { type: "time", micros } };
  return { fault: { message: `${fieldText(field.name)} is a time, and ${quoted(text)} is none`, next: TIME_FORMS } };
}

const SERVICE = /^(\d{1,6})(?:-(\d{1,6}))?\/([a-z][a-z0-9]*|\d{1,3})$/i;

/** Reads `443/tcp`, `1-1024/udp`, or the name of a service. */
function readService(text: string, field: Field): Reading<FilterValue> {
  const word = text.toLowerCase();
  if (Object.hasOwn(servicePorts, word)) {
    const [port, protocol] = servicePorts[word as keyof typeof servicePorts];
    return { value: { type: "service", first: port, last: port, protocol: protocolNumbers[protocol] } };
  }
  const [, from, to = from, protocolWord = ""] = SERVICE.exec(text) ?? [];
  if (from === undefined) return { fault: noService(text, field) };
  const protocol = protocolOf(protocolWord);
  if (protocol === undefined) {
    const near = nearestWord(protocolWord, Object.keys(protocolNumbers));
    const message = `${quoted(protocolWord)} is no protocol`;
    return { fault: near === undefined ? { message } : { message, suggestion: text.replace(/[^/]*$/, near) } };
  }
  const [first, last] = [Number(from), Number(to)];
  if (first > 65_535 || last > 65_535)
    return { fault: { message: `${quoted(text)} is out of reach: ports go from 0 to 65535` } };
  if (first > last)
    return {
      fault: { message: `${quoted(text)} is a range that runs backwards`, suggestion: `${to}-${from}/${protocolWord}` },
    };
  return { value: { type: "service", first, last, protocol } };
}

function protocolOf(word: string): number | undefined {
  const name = word.toLowerCase();
  if (Object.hasOwn(protocolNumbers, name)) return protocolNumbers[name as keyof typeof protocolNumbers];
  return /^\d+$/.test(word) && Number(word) <= 255 ? Number(word) : undefined;
}

function noService(text: string, field: Field): Fault {
  const message = `${quoted(text)} is no port with a protocol`;
  if (/^\d+(-\d+)?$/.test(text)) {
    const port = field.columns.map(fieldText)[0] ?? "port";
    return {
      message,
      suggestion: `${text}/tcp`,
      next: `Write ${text}/tcp or ${text}/udp; for either ${port} = ${text}.`,
    };
  }
  if (protocolOf(text) !== undefined) return { message, next: `For all of a protocol write protocol = ${text}.` };
  const near = nearestWord(text, Object.keys(servicePorts));
  return near === undefined
    ? { message, next: "Write 443/tcp, 1-1024/udp, or a name such as https." }
    : { message, suggestion: near };
}
