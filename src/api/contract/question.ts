import { z } from "zod";

/** A stretch of time as a person writes it: RFC 3339, a date, or `-2h`; without `from`, the 24 h that end at `to`. */
export const askedTime = {
  from: z.string().max(64).optional().describe("Start: RFC 3339, a date, or -2h. Default: 24 h before the end."),
  to: z
    .string()
    .max(64)
    .optional()
    .describe("End, not included. Default: the full minute at which the newest flow has ended."),
  time_zone: z
    .string()
    .max(64)
    .optional()
    .describe("IANA name; days and hours begin there, in answers that have some. Default UTC."),
};

const datasetName = z.enum(["conversations", "observations", "flows", "coverage", "presence"]);
const word = z.string().max(64);

/** A question: filter, group, count, rank, over time if asked. Words are those of the filter language and the field list. */
export const questionSchema = z
  .strictObject({
    ...askedTime,
    dataset: datasetName
      .optional()
      .describe("Default: conversations if they know all words of the question, else flows."),
    filter: z.string().max(20_000).optional().describe("In the filter language. Empty: everything."),
    by: z.array(word).max(8).optional().describe("Fields to group by; none: the total."),
    measures: z
      .array(word)
      .max(12)
      .optional()
      .describe("What is counted; the first ranks unless `order` says otherwise."),
    step: z.string().max(16).optional().describe("A time series: auto, 5m, 1h, 1d."),
    having: z.array(z.string().max(200)).max(8).optional().describe("Conditions on measures, such as bytes > 1GB."),
    order: z.string().max(64).optional().describe("A measure, with :asc or :desc behind it."),
    compare: z
      .string()
      .max(64)
      .optional()
      .describe("previous, a length of time to go back, or the start of another time."),
    limit: z.int().min(1).max(10_000).optional().describe("Groups."),
    others: z.boolean().optional().describe("One more row for what the limit cuts off."),
  })
  .meta({ id: "Question" });

/** Numbers are JSON numbers with all their digits; ids are text, times RFC 3339 in UTC, addresses text. */
export type JsonCell = null | boolean | number | string | readonly JsonCell[] | { readonly [key: string]: JsonCell };
const cell: z.ZodType<JsonCell> = z.any();

export const rangeSchema = z.object({ from: z.string(), to: z.string() }).meta({ id: "TimeRange" });

const columnSchema = z.object({
  name: z.string(),
  type: z.string().describe("The type's name in SQL."),
  unit: z.string().nullable(),
  heading: z.string().nullable(),
});

const kindCoverage = z.enum(["full", "partial", "none"]);

/** What is known of what was not seen. */
export const coverageSchema = z
  .object({
    share: z.number().nullable().describe("Of the time that known interfaces lived, the part without gaps."),
    interfaces: z.object({ expected: z.number(), seen: z.number(), basis: z.string() }),
    kinds: z
      .object({ allowed: kindCoverage, denied: kindCoverage, basis: z.enum(["told", "records"]) })
      .describe("What flow logs write. told: as they are set up; records: inferred from what some of them wrote."),
    lag_s: z.number().nullable(),
    gaps: z.array(
      z.object({
        flow_log: z.string().nullable(),
        observer: z.string().optional(),
        from: z.string(),
        to: z.string(),
        cause: z.enum(["silent", "skipdata"]),
      }),
    ),
    more_gaps: z.number(),
    windows: z.object({ nodata: z.number(), skipdata: z.number() }),
  })
  .meta({ id: "Coverage" });

/** An answer, with what it is worth and what it was read from. */
export const answerSchema = z
  .object({
    dataset: datasetName,
    by: z.array(z.string()),
    measures: z.array(z.string()),
    ranked_by: z.string(),
    step_s: z.number().nullable(),
    time_zone: z.string(),
    columns: z.array(columnSchema),
    rows: z.array(z.record(z.string(), cell)),
    total: cell,
    totals: z.record(z.string(), cell),
    more: z.boolean(),
    names: z.record(z.string(), z.string()).describe("What people call the addresses and ids in the rows."),
    notes: z.array(z.string()),
    table: z.string(),
    why: z.string().describe("Why this table was read."),
    scanned_rows: z.number(),
    scanned_bytes: z.number(),
    scanned_files: z.number(),
    presence_hours: z.number().nullable(),
    elapsed_ms: z.number(),
    range: rangeSchema,
    compared: rangeSchema.nullable(),
    coverage: coverageSchema,
  })
  .meta({ id: "Answer" });

export type Question = z.input<typeof questionSchema>;
export type AnswerJson = z.output<typeof answerSchema>;
export type CoverageJson = z.output<typeof coverageSchema>;
