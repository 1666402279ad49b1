import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { messageOf } from "#base/errors.js";
import type { ObjectContent } from "#catalog/index.js";
import {
  createFinder,
  DecodeOutput,
  WantedTexts,
  type ObjectContext,
  type RecordPlace,
  type RecordText,
} from "#decode/index.js";
import { openObject, type OpenedObject } from "#source/index.js";
import type { ParquetText } from "#store/index.js";
import { DecodePump } from "./decode-pump.ts";
import { openContent } from "./decompress.ts";
import { isParquet } from "./parquet-object.ts";

/** How a record's object is now: as it was read, with other content, gone, or not to be read. */
export type TextState = "original" | "changed" | "deleted" | "unreadable";

export interface ObjectTexts {
  readonly state: TextState;
  /** What a person should know of the state; null: nothing. */
  readonly reason: string | null;
  readonly textOf: (place: RecordPlace) => RecordText | undefined;
}

/** What reading again may cost, for all objects of one question together. */
export interface ReadBudget {
  /** Stored bytes that may still be read. */
  bytes: number;
  /** As `performance.now()` has it. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

const NO_TEXT = (): undefined => undefined;
const OUTPUT_ROWS = 64;

/**
 * Reads some records of one object again, as the cloud wrote them. Only while the object still has the content that it was read
 * with, at least to where it was read: else the text at that place is another record's.
 * @param parquet opens what reads Parquet, for objects that are some
 */
export async function readRecordTexts(
  content: ObjectContent,
  places: readonly RecordPlace[],
  budget: ReadBudget,
  parquet: () => Promise<ParquetText>,
): Promise<ObjectTexts> {
  const { key } = content;
  if (!isAbsolute(key)) return without("deleted", `It was ${cameBy(key)}, and only its rows are kept.`);
  let object: OpenedObject;
  try {
    const { size } = statSync(key);
    if (size > budget.bytes || performance.now() > budget.deadlineMs)
      return without("unreadable", "It is too large to be read again while you wait.");
    budget.bytes -= size;
    object = await openObject(key);
  } catch (error) {
    const isGone = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    return isGone ? without("deleted", null) : without("unreadable", messageOf(error));
  }
  if (!(await isAsRead(object, content))) return without("changed", "It has other content than when it was read.");
  try {
    return isParquet(await object.head())
      ? await rowsOf(key, places, await parquet())
      : await textsOf(object, content, places, budget);
  } catch (error) {
    return without("unreadable", messageOf(error));
  }
}

function cameBy(key: string): string {
  return /^(?:push|upload):/.test(key) ? "sent to the server" : "read from standard input";
}

function without(state: TextState, reason: string | null): ObjectTexts {
  return { state, reason, textOf: NO_TEXT };
}

/** Whether the object begins with what was read of it. A growing blob's last brackets move when records are added. */
async function isAsRead(object: OpenedObject, { sha256, size, offset, prefixSha256 }: ObjectContent): Promise<boolean> {
  if (object.sha256 === sha256) return true;
  if (object.size > size && (await object.prefixMark(size)) === sha256) return true;
  return prefixSha256 !== null && object.size >= offset && (await object.prefixMark(offset)) === prefixSha256;
}

async function rowsOf(path: string, places: readonly RecordPlace[], parquet: ParquetText): Promise<ObjectTexts> {
  const rows = await parquet.rows(
    path,
    places.map(({ position }) => position),
  );
  const textOf = ({ position }: RecordPlace): RecordText | undefined => {
    const text = rows.get(position);
    return text === undefined ? undefined : { form: "row", text, context: null };
  };
  return { state: "original", reason: null, textOf };
}

/** Reads the content only as far as the last record that is wanted. */
async function textsOf(
  object: OpenedObject,
  content: ObjectContent,
  places: readonly RecordPlace[],
  budget: ReadBudget,
): Promise<ObjectTexts> {
  const wanted = new WantedTexts(places);
  const output = new DecodeOutput(OUTPUT_ROWS);
  const context: ObjectContext = {
    key: content.key,
    objectId: content.objectId,
    arrivedMicros: Date.now() * 1000,
    modifiedMicros: object.modifiedMicros,
  };
  output.beginObject(context);
  const clear = async (): Promise<void> => output.clearRows();
  const pump = new DecodePump(context, output, clear, undefined, (head) => createFinder(head, context, output, wanted));
  let isStopped = false;
  for await (const chunk of (await openContent(object, 0)).chunks) {
    if (!(await pump.push(chunk)) || wanted.isDone) break;
    isStopped = performance.now() > budget.deadlineMs || budget.signal?.aborted === true;
    if (isStopped) break;
  }
  if (!wanted.isDone && !isStopped) await pump.end(true);
  return {
    state: "original",
    reason: isStopped ? "Reading it again took too long and was stopped." : null,
    textOf: (place) => wanted.found(place),
  };
}
