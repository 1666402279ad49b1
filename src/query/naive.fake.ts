import { formatAddress, type AddressWords } from "#base/address.js";
import type { TimeRange } from "#model/answer.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { findField } from "#model/datasets.js";
import type { MeasureName } from "#model/measures.js";
import type { NameBook } from "#model/names.js";
import { protocolText } from "#model/protocols.js";
import type { Query } from "#model/query.js";
import { matches, type Row, type RowValue } from "../filter/evaluate.fake.ts";

const MINUTE = 60_000_000;
const RATE_STEP = 5 * MINUTE;

/** What one row has in one minute. */
interface Minute {
  readonly at: number;
  readonly sums: Readonly<Record<string, bigint>>;
  readonly row: Row;
}

/** Minutes of a group, with the words that name it. */
interface Group {
  readonly key: string;
  readonly minutes: Minute[];
}

/**
 * The meaning of a question, as plainly as it can be said: each conversation minute by minute, its bytes spread evenly over the
 * time it ran in its hour. @returns by key of the group, the measures; of a series by key and step
 */
export function naiveAnswer(query: Query, rows: readonly Row[], names: NameBook): Map<string, number[]> {
  const { filter, range, by, timeZone, step } = query;
  const groups = new Map<string, Group>();
  const grid = typeof step === "number" ? step * 1000 : undefined;
  for (const row of rows) {
    if (filter !== undefined && !matches(filter, row, "conversations", names)) continue;
    for (const minute of minutesOf(row, range))
      for (const key of keysOf(row, minute.at, by, timeZone, names)) {
        const full =
          grid === undefined
            ? key
            : `${key} @ ${new Date(stepOf(minute.at, grid, timeZone, range) / 1000).toISOString()}`;
        const group = groups.get(full) ?? { key: full, minutes: [] };
        groups.set(full, group);
        group.minutes.push(minute);
      }
  }
  if (by.length === 0 && grid === undefined && groups.size === 0) groups.set("", { key: "", minutes: [] });
  return new Map(
    [...groups].map(([key, { minutes }]) => [
      key,
      query.measures.map((measure) => measured(measure, minutes, query, grid)),
    ]),
  );
}

const spread = ["client_bytes", "server_bytes", "client_packets", "server_packets", "attempted_bytes"];

function* minutesOf(row: Row, { from, to }: TimeRange): Generator<Minute> {
  const [start, end] = [Number(row["start_time"]), Number(row["end_time"])];
  const began = Math.max(Number(row["chain_start"]), Number(row["time"]));
  for (let at = Math.floor(start / MINUTE) * MINUTE; at < Math.max(end, start + 1); at += MINUTE) {
    if (at < from || at >= to) continue;
    const part = (count: bigint): bigint => {
      if (end === start) return count;
      const until = (time: number): bigint =>
        (count * BigInt(Math.max(0, Math.min(end, time) - start))) / BigInt(end - start);
      return until(at + MINUTE) - until(at);
    };
    const sums = Object.fromEntries(spread.map((name) => [name, part(row[name] as bigint)]));
    sums["starts"] = began >= at && began < at + MINUTE ? BigInt(row["starts"] as number) : 0n;
    sums["records"] = start >= at ? (row["records"] as bigint) : 0n;
    yield { at, sums, row };
  }
}

function measured(
  measure: MeasureName,
  minutes: readonly Minute[],
  { range, by, timeZone }: Query,
  grid: number | undefined,
): number {
  const sum = (...columns: readonly string[]): number =>
    Number(minutes.reduce((all, { sums }) => columns.reduce((each, name) => each + (sums[name] ?? 0n), all), 0n));
  const different = (name: string): number => new Set(minutes.map(({ row }) => String(row[name]))).size;
  const cut =
    grid ??
    { minute: MINUTE, hour: 60 * MINUTE, day: 1440 * MINUTE }[
      by.find((word) => ["minute", "hour", "day"].includes(word)) ?? ""
    ];
  switch (measure) {
    case "bytes":
      return sum("client_bytes", "server_bytes");
    case "packets":
      return sum("client_packets", "server_packets");
    case "conversations":
      return sum("starts");
    case "denied":
      return Number(
        minutes.reduce(
          (all, { sums, row }) =>
            all + (row["verdict"] === "denied" && row["class"] !== "stray" ? (sums["starts"] ?? 0n) : 0n),
          0n,
        ),
      );
    case "active":
      return different("conversation_id");
    case "clients":
      return different("client_ip");
    case "servers":
      return different("server_ip");
    case "rate": {
      const first = minutes[0]?.at ?? range.from;
      const length = cut === undefined ? range.to - range.from : stepLength(first, cut, timeZone, range);
      return (sum("client_bytes", "server_bytes") * 1_000_000) / length;
    }
    case "p95": {
      if (cut === undefined) return percentile(minutes, range);
      // A step that is no whole number of five minutes is one rate.
      if (cut <= RATE_STEP || cut % RATE_STEP !== 0) return (sum("client_bytes", "server_bytes") * 1_000_000) / cut;
      const begin = stepOf(minutes[0]?.at ?? range.from, cut, timeZone, range);
      return percentile(minutes, { from: begin, to: begin + stepLength(begin, cut, timeZone, range) });
    }
    case "client_bytes":
    case "server_bytes":
    case "attempted_bytes":
    case "records":
      return sum(measure);
    case "interface_bytes":
    case "logged_bytes":
    case "flows":
    case "windows":
    case "addresses":
      throw new Error(`conversations have no ${measure}`);
  }
}

function percentile(minutes: readonly Minute[], { from, to }: TimeRange): number {
  const step = RATE_STEP;
  const count = Math.ceil(to / step) - Math.floor(from / step);
  const sums = new Map<number, bigint>();
  for (const { at, sums: own } of minutes) {
    const key = Math.floor(at / step);
    sums.set(key, (sums.get(key) ?? 0n) + (own["client_bytes"] ?? 0n) + (own["server_bytes"] ?? 0n));
  }
  const all = [...sums.values(), ...Array.from({ length: Math.max(0, count - sums.size) }, () => 0n)]
    .map(Number)
    .sort((a, b) => a - b);
  return ((all[all.length - count + Math.ceil(0.95 * count) - 1] ?? 0) * 1_000_000) / step;
}

const offsets = new Map<string, number>();

/** The distance of a zone's clocks from UTC, which changes on full quarters of an hour only. */
function offset(time: number, timeZone: string): number {
  const quarter = Math.floor(time / (15 * MINUTE)) * 15 * MINUTE;
  const key = `${timeZone} ${quarter}`;
  const known = offsets.get(key) ?? offsetAt(quarter, timeZone);
  offsets.set(key, known);
  return known;
}

function offsetAt(time: number, timeZone: string): number {
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(
    time / 1000,
  );
  return Date.parse(`${local.replace(" ", "T")}Z`) * 1000 - time;
}

/** The step that a minute is in, by where it begins in the range. */
function stepOf(at: number, step: number, timeZone: string, { from }: TimeRange): number {
  const key = (time: number): number =>
    Math.floor((time + offset(time, timeZone)) / step) * step - (step >= 1440 * MINUTE ? 0 : offset(time, timeZone));
  let begin = at;
  while (begin > from && key(begin - MINUTE) === key(at)) begin -= MINUTE;
  return begin;
}

function stepLength(at: number, step: number, timeZone: string, range: TimeRange): number {
  const begin = stepOf(at, step, timeZone, range);
  let end = at;
  while (end + MINUTE < range.to && stepOf(end + MINUTE, step, timeZone, range) === begin) end += MINUTE;
  return end + MINUTE - begin;
}

function* keysOf(row: Row, at: number, by: readonly string[], timeZone: string, names: NameBook): Generator<string> {
  const key = (end: 0 | 1): string =>
    // Time comes first in an answer, whatever the order asked for.
    [...by.filter(isTime), ...by.filter((word) => !isTime(word))]
      .flatMap((word) => wordsOf(word, { row, end, at, timeZone, names }))
      .join(" | ");
  const [first, second] = [key(0), key(1)];
  yield first;
  if (second !== first) yield second;
}

const isTime = (word: string): boolean => word === "hour" || word === "day" || word === "minute";

/** What is looked at: a row, one of its ends, one of its minutes. */
interface Look {
  readonly row: Row;
  readonly end: 0 | 1;
  readonly at: number;
  readonly timeZone: string;
  readonly names: NameBook;
}

function wordsOf(word: string, { row, end, at, timeZone, names }: Look): string[] {
  const local = at + offset(at, timeZone);
  if (word === "day") return [new Date(local / 1000).toISOString().slice(0, 10)];
  if (word === "minute") return [new Date(at / 1000).toISOString().replace(".000", "")];
  if (word === "hour") return [new Date((at - (local % 3_600_000_000)) / 1000).toISOString().replace(".000", "")];
  if (word === "pair") return [show(row["client_ip"], "client_ip"), show(row["server_ip"], "server_ip")];
  const field = findField("conversations", word === "port" ? "server_port" : word);
  if (field === undefined) throw new Error(`no field ${word}`);
  if (field.type === "service") {
    const protocol = protocolText(Number(row["protocol"]));
    return [row["server_port"] === null ? protocol : `${String(row["server_port"])}/${protocol}`];
  }
  const column = (field.columns[end] ?? field.columns[0]) as ColumnName;
  const value = row[column];
  if (field.named === undefined) return [show(value, column)];
  const named = names.blocks.find(({ first, last }) => within(value as AddressWords, first, last));
  return [named?.[field.named] ?? "null"];
}

function within(address: AddressWords, first: AddressWords, last: AddressWords): boolean {
  const number = (words: AddressWords): bigint => words.reduce((all, word) => all * 2n ** 32n + BigInt(word), 0n);
  return number(first) <= number(address) && number(address) <= number(last);
}

function show(value: RowValue, column: ColumnName): string {
  if (value === null || value === undefined) return "null";
  return columnOf(column).type === "address" ? formatAddress(value as AddressWords) : String(value);
}
