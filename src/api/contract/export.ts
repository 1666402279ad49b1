import { z } from "zod";
import { askedTime } from "./question.ts";

/** Rows of a dataset as a download. */
export const exportRequestSchema = z
  .strictObject({
    ...askedTime,
    dataset: z.enum(["conversations", "observations", "flows", "coverage", "presence"]),
    filter: z.string().max(20_000).optional(),
    format: z.enum(["csv", "jsonl", "parquet"]),
  })
  .meta({ id: "ExportRequest" });

export type ExportRequest = z.input<typeof exportRequestSchema>;
