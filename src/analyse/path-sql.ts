import type { AddressWords } from "#base/address.js";
import type { Cell, TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import type { AddressSpan, PathQuestion } from "./path-types.ts";

type Value = string | number | bigint;

const HOUR = 3_600_000_000;

/** A statement while it is written: its values are bound, never part of its text. */
export class Draft {
  readonly values: Value[] = [];

  bind(value: Value): string {
    return `$${this.values.push(value)}`;
  }

  /** `column` is in one of the spans. */
  within(column: string, spans: readonly AddressSpan[]): string {
    const parts = spans.map(
      ({ first, last }) => `${column} BETWEEN ${this.#address(first)} AND ${this.#address(last)}`,
    );
    return `(${parts.join(" OR ")})`;
  }

  /** `column` is one of the texts. */
  among(column: string, texts: readonly string[]): string {
    return `${column} IN (${texts.map((text) => this.bind(text)).join(", ")})`;
  }

  /** `column`, a time, is in the range. */
  during(column: string, { from, to }: TimeRange): string {
    return `${column} >= ${this.time(from)} AND ${column} < ${this.time(to)}`;
  }

  time(micros: number): string {
    return `make_timestamp(${this.bind(BigInt(micros))}::BIGINT)`;
  }

  /** How DuckDB writes the 128 bits of an address. */
  #address(words: AddressWords): string {
    const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
    return `${this.bind(hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"))}::UUID`;
  }
}

/** Rows of conversations and observations stand for hours: those that can hold something of the range. */
export function hoursOf({ from, to }: TimeRange): TimeRange {
  return { from: Math.floor(from / HOUR) * HOUR, to };
}

/** Conversations' rows that one end opened to the other, and that touch the range. */
export function openedSql({ client, server, port, protocol, range }: PathQuestion, draft: Draft): string {
  const parts = [
    draft.within("client_ip", client.spans),
    draft.within("server_ip", server.spans),
    ...touches(range, draft),
  ];
  if (port !== undefined) parts.push(`server_port = ${draft.bind(port)}`);
  if (protocol !== undefined) parts.push(`protocol = ${draft.bind(protocol)}`);
  return parts.join(" AND ");
}

/** Conditions on a conversation's row that it touches the range. */
export function touches(range: TimeRange, draft: Draft): string[] {
  const { from, to } = range;
  return [draft.during("time", hoursOf(range)), `end_time >= ${draft.time(from)}`, `start_time < ${draft.time(to)}`];
}

/** All rows of a short answer. */
export async function readAll(reader: TableReader, sql: string, draft: Draft): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const block of (await reader.query(sql, draft.values)).blocks()) rows.push(...block);
  return rows;
}

export function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "bigint" ? String(cell) : "";
}

export function textOrNull(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : textOf(cell);
}

export function textsOf(cell: Cell | undefined): string[] {
  return Array.isArray(cell) ? (cell as readonly Cell[]).map(textOf) : [];
}

export function numberOf(cell: Cell | undefined): number {
  return Number(cell ?? 0);
}
