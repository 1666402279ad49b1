import { z } from "zod";
import { questionSchema } from "./question.ts";

const format = z.enum(["csv", "jsonl", "parquet"]);
const spreadsheet = z
  .boolean()
  .optional()
  .describe("CSV for a spreadsheet program: text that it would take for a formula gets an apostrophe in front.");

/**
 * What is downloaded. With `by`, `measures` or `step` it is a question, and its answer's rows are written; without them, the
 * single rows of the dataset that the filter keeps.
 */
export const exportRequestSchema = questionSchema
  .extend({
    order: z
      .string()
      .max(64)
      .optional()
      .describe("Of a question as there; of single rows: time, or as the lake has them."),
    format,
    spreadsheet,
    all_columns: z.boolean().optional().describe("Of single rows: also columns without any value."),
  })
  .meta({ id: "ExportRequest" });

const words = z.string().max(1000).optional();
const yes = z.enum(["true", "false"]).optional();

/** The same as the query of a link: lists with commas, `having` repeated. */
export const exportLinkSchema = z.strictObject({
  ...questionSchema.omit({ by: true, measures: true, having: true, limit: true, others: true }).shape,
  by: words.describe("Fields with commas."),
  measures: words.describe("Measures with commas."),
  having: z.union([z.string(), z.array(z.string())]).optional(),
  limit: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional(),
  others: yes,
  format,
  spreadsheet: yes,
  all_columns: yes,
});

export type ExportRequest = z.input<typeof exportRequestSchema>;
export type ExportFormat = ExportRequest["format"];
