import { createReadStream, rmSync } from "node:fs";
import { awsParquetPlan, type DecodeOutput, type ObjectContext } from "#decode/index.js";
import type { ParquetPlan } from "#model/parquet-plan.js";
import type { Segment } from "#model/segment.js";
import type { ParquetImporter } from "#store/index.js";
import { DecodePump } from "./decode-pump.ts";

/** Below this many rows a file's rows are not worth a segment of their own: they join those of other objects, as text. */
const OWN_SEGMENT_ROWS = 20_000;

export function isParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

export interface ParquetHooks {
  readonly flush: () => Promise<void>;
  readonly addSegment: (segment: Segment) => void;
}

/**
 * Reads a Parquet flow log: plain rows by SQL into a segment of their own, the others by the text decoder.
 * @returns false when the file is no flow log that is known
 */
export async function readParquet(
  importer: ParquetImporter,
  path: string,
  context: ObjectContext,
  output: DecodeOutput,
  hooks: ParquetHooks,
): Promise<boolean> {
  const { columns, rows } = await importer.describe(path);
  const plan = awsParquetPlan(columns, context);
  if (plan === undefined) return false;
  const asText: ParquetPlan = { ...plan, hasPlainRows: plan.hasPlainRows && rows >= OWN_SEGMENT_ROWS };
  const bounds = { earliest: output.earliestMicros, latest: output.latestMicros };
  const { segment, text } = await importer.import(path, asText, context.objectId, bounds);
  if (segment !== undefined) {
    hooks.addSegment(segment);
    output.countFlows(plan.constants.log_type ?? "aws_vpc", segment.rows);
  }
  if (text === undefined) return true;
  try {
    const places = new RowPlaces(output, text.rowNumbers);
    const pump = new DecodePump(context, output, async () => {
      places.settle();
      await hooks.flush();
      places.restart();
    });
    for await (const chunk of createReadStream(text.path)) if (!(await pump.push(chunk as Buffer))) return false;
    if (!(await pump.end(true))) return false;
    places.settle();
    return true;
  } finally {
    rmSync(text.path, { force: true });
  }
}

/** Gives rows that were decoded from lines the numbers of the file's rows. */
class RowPlaces {
  readonly #output: DecodeOutput;
  readonly #rowNumbers: readonly number[];
  #from: number[];

  constructor(output: DecodeOutput, rowNumbers: readonly number[]) {
    this.#output = output;
    this.#rowNumbers = rowNumbers;
    this.#from = this.#batches().map(({ rows }) => rows);
  }

  settle(): void {
    for (const [index, batch] of this.#batches().entries()) {
      for (let row = this.#from[index] ?? 0; row < batch.rows; row++) {
        // Line 1 is the header, and rows are counted from 0.
        const line = Number(batch.value("position", row));
        batch.setNumber("position", row, (this.#rowNumbers[line - 2] ?? 0) + 1);
      }
    }
  }

  restart(): void {
    this.#from = this.#batches().map(() => 0);
  }

  #batches(): [DecodeOutput["flows"], DecodeOutput["coverage"], DecodeOutput["malformed"]] {
    const { flows, coverage, malformed } = this.#output;
    return [flows, coverage, malformed];
  }
}
