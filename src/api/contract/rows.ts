import { z } from "zod";
import { foldClasses } from "#model/folds.js";
import { askedTime, coverageSchema, type JsonCell } from "./question.ts";

const cell: z.ZodType<JsonCell> = z.any();

const foldClass = z.enum(foldClasses);
const rowDataset = z.enum(["conversations", "flows"]);
const countByFold = z.partialRecord(foldClass, z.number());

/** Which rows: shared by the list and its counts. */
const askedRows = {
  ...askedTime,
  dataset: rowDataset,
  filter: z.string().max(20_000).optional(),
  fold: z
    .array(foldClass)
    .max(foldClasses.length)
    .optional()
    .describe("Leaves these conversations out, and counts them. Of flows nothing is folded."),
};

/** A page of single conversations or flows, ordered by time. */
export const rowsRequestSchema = z
  .strictObject({
    ...askedRows,
    columns: z.array(z.string().max(64)).max(120).optional().describe("Default: those that people look at first."),
    order: z.enum(["newest", "oldest"]).optional().describe("Default newest."),
    cursor: z
      .string()
      .max(500)
      .optional()
      .describe("`next` of the page before; goes on in the same state of the lake."),
    limit: z.int().min(1).max(5000).optional().describe("Default 200."),
    totals: z
      .boolean()
      .optional()
      .describe("Whether the first page counts all rows of the range, too. Default true; false answers sooner."),
  })
  .meta({ id: "RowsRequest" });

export const rowsSchema = z
  .object({
    dataset: rowDataset,
    columns: z.array(
      z.object({ name: z.string(), type: z.string(), unit: z.string().nullable(), heading: z.string().nullable() }),
    ),
    rows: z.array(z.array(cell)).describe("Values in the order of `columns`."),
    names: z.record(z.string(), z.string()),
    next: z.string().nullable().describe("Cursor of the next page; null after the last."),
    total: z.number().nullable().describe("Rows that match and are not folded; only on a first page with totals."),
    folded: countByFold.nullable().describe("Rows that were left out, by class; only on a first page with totals."),
    range: z.object({ from: z.string(), to: z.string() }),
    coverage: coverageSchema.nullable().describe("Only on a first page with totals."),
    scanned_rows: z.number(),
    scanned_files: z.number(),
    elapsed_ms: z.number(),
  })
  .meta({ id: "Rows" });

/** The strip above the list: all rows of the range by time and verdict. */
export const rowCountsRequestSchema = z.strictObject(askedRows).meta({ id: "RowCountsRequest" });

export const rowCountsSchema = z
  .object({
    range: z.object({ from: z.string(), to: z.string() }),
    step_s: z.number(),
    cells: z
      .array(
        z.object({
          from: z.string().describe("A row counts where it begins; the first cell may begin before the range."),
          verdicts: z.record(z.string(), z.number()).describe("Rows by verdict; of flows by action."),
          bytes: z.number(),
        }),
      )
      .describe("Cells with rows that are not folded, in order of time."),
    total: z.number().describe("Rows that match and are not folded."),
    classes: countByFold.describe("Rows that match, by what they would be folded as, whatever is folded now."),
    coverage: coverageSchema,
    notes: z.array(z.string()),
    table: z.string(),
    scanned_rows: z.number(),
    scanned_files: z.number(),
    elapsed_ms: z.number(),
  })
  .meta({ id: "RowCounts" });

/** Whose records to show: those of one conversation in one hour, or one flow's. */
export const evidenceRequestSchema = z
  .union([
    z.strictObject({
      conversation_id: z
        .string()
        .regex(/^\d{1,20}$/)
        .describe("As rows give it."),
      hour: z.string().max(40).describe("`time` of the row, RFC 3339."),
      limit: z.int().min(0).max(1000).optional().describe("Records; default 200. 0: only what is known of the row."),
    }),
    z.strictObject({
      flow: z.strictObject({
        object_id: z.int().min(0),
        position: z.int().min(0),
        sub_position: z.int().min(0).optional(),
        time: z.string().max(40).describe("`time` of the row, RFC 3339."),
      }),
      limit: z.int().min(0).max(1000).optional(),
    }),
  ])
  .meta({ id: "EvidenceRequest" });

/** A record as the cloud wrote it, and where. */
export const evidenceRecordSchema = z
  .object({
    flow: z.record(z.string(), cell).describe("The row of `flows`: what the record says, columns with a value."),
    observation: z
      .int()
      .nullable()
      .describe(
        "Number, from 0, of the observation that it is part of; null: of none, because another record says the same.",
      ),
    object: z.string().describe("Path or key of the object."),
    position: z.int().describe("Line or record number in the object, from 1."),
    sub_position: z.int().nullable().describe("Number of the tuple or event in the record."),
    sha256: z.string().nullable().describe("Hash of the object as it was read."),
    form: z
      .enum(["line", "json", "tuple", "event", "row"])
      .nullable()
      .describe("What the text is: a line; a JSON record; one tuple or event of a record; a row of Parquet, as JSON."),
    text: z.string().nullable().describe("The record's own text; null where the object cannot be read any more."),
    context: z.string().nullable().describe("What the record says around a tuple, as JSON with that tuple alone."),
    text_state: z
      .enum(["original", "changed", "deleted", "unreadable"])
      .describe(
        "original: read just now, and the object has the content that it was read with. changed: it has other content now. deleted: it is gone at the source. unreadable: see `reason`.",
      ),
    reason: z.string().nullable(),
  })
  .meta({ id: "EvidenceRecord" });

export const evidenceSchema = z
  .object({
    row: z
      .record(z.string(), cell)
      .nullable()
      .describe("The conversation's or flow's row, columns with a value; null: there is none."),
    names: z.record(z.string(), z.string()),
    observations: z.array(z.record(z.string(), cell)).describe("What each observer saw of it in that hour."),
    records: z.array(evidenceRecordSchema),
    more: z.boolean(),
    flows_kept_since: z
      .string()
      .nullable()
      .describe("Where the flows of that time were deleted after their retention: the oldest that are kept."),
    elapsed_ms: z.number(),
  })
  .meta({ id: "Evidence" });

export type RowsRequest = z.input<typeof rowsRequestSchema>;
export type RowsJson = z.output<typeof rowsSchema>;
export type RowCountsRequest = z.input<typeof rowCountsRequestSchema>;
export type RowCountsJson = z.output<typeof rowCountsSchema>;
export type EvidenceRequest = z.input<typeof evidenceRequestSchema>;
export type EvidenceJson = z.output<typeof evidenceSchema>;
export type EvidenceRecord = z.output<typeof evidenceRecordSchema>;
