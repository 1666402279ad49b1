import { createHash } from "node:crypto";
import { WeirError } from "#base/errors.js";
import type { TimeRange } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import type { RowKey } from "#query/index.js";

/** Where a page of rows goes on: behind a row, in a state of the lake. */
export interface RowCursor {
  /** The range that the first page had: relative times mean another one later. */
  readonly range: TimeRange;
  /** The catalog's version at the first page, and that of the names. */
  readonly version: number;
  readonly names: number;
  /** See {@link stateOf}: the files that the first page was planned with. */
  readonly state: string;
  readonly after: RowKey;
}

/** Text that people pass on: what it says is checked when it comes back. @param question all words that rows depend on */
export function cursorText({ range, version, names, state, after }: RowCursor, question: string): string {
  const body = [range.from, range.to, version, names, state, ...after.map(String)].join("~");
  return Buffer.from(`${body}~${seal(body, question)}`).toString("base64url");
}

/** @throws WeirError `bad-cursor` when the text is no cursor of this question */
export function parseCursor(text: string, question: string, keyLength: number): RowCursor {
  const parts = Buffer.from(text, "base64url").toString("latin1").split("~");
  const given = parts.pop();
  const [from, to, version, names, state = "", ...key] = parts;
  if (given !== seal(parts.join("~"), question) || key.length !== keyLength) throw notACursor();
  return {
    range: { from: Number(from), to: Number(to) },
    version: Number(version),
    names: Number(names),
    state,
    after: key.map(BigInt),
  };
}

/**
 * Ties the parts of a cursor to one another and to its question, so that one cannot be taken for another. It is no signature: who
 * forges one learns nothing that the question would not tell.
 */
function seal(body: string, question: string): string {
  return createHash("sha256").update(body).update("\0").update(question).digest("base64url").slice(0, 22);
}

function notACursor(): WeirError {
  return new WeirError({
    code: "bad-cursor",
    kind: "usage",
    message: "this cursor belongs to no page of this question",
    place: "cursor",
    next: "Send `next` of the page before, with the same dataset, filter, order and fold; or ask for the first page without a cursor.",
  });
}

/** What is said to who goes on in a lake that is no more. */
export function lakeChanged(cause?: unknown): WeirError {
  return new WeirError({
    code: "lake-changed",
    kind: "conflict",
    message: "the lake changed, and the files that this list was begun with are gone",
    place: "cursor",
    next: "Ask for the first page again.",
    cause,
  });
}

/** A short text for a set of files: the same files, whatever their order, the same text. */
export function stateOf(...sets: readonly (readonly Segment[])[]): string {
  let sum = 0n;
  for (const { id } of sets.flat()) sum ^= idHash(id);
  return sum.toString(36);
}

function idHash(id: string): bigint {
  return createHash("sha256").update(id).digest().readBigUInt64BE(0);
}
