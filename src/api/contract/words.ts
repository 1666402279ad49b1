import { z } from "zod";

const dataset = z.enum(["conversations", "observations", "flows", "coverage", "presence"]);

/** A filter as it stands in an editor. */
export const completionRequestSchema = z
  .strictObject({ dataset, text: z.string().max(20_000), cursor: z.int().min(0) })
  .meta({ id: "CompletionRequest" });

export const completionSchema = z
  .object({
    from: z.int(),
    to: z.int(),
    options: z.array(
      z.object({ label: z.string(), kind: z.enum(["field", "operator", "value", "keyword"]), detail: z.string() }),
    ),
  })
  .meta({ id: "Completion" });

export const checkRequestSchema = z
  .strictObject({ dataset, text: z.string().max(20_000) })
  .meta({ id: "CheckRequest" });

export const checkSchema = z
  .object({
    ok: z.boolean(),
    formatted: z.string().nullable().describe("The same filter in its usual form."),
    mistakes: z.array(z.object({ from: z.int(), to: z.int(), message: z.string(), next: z.string().nullable() })),
  })
  .meta({ id: "Check" });

export const valuesRequestSchema = z.object({
  dataset,
  field: z.string().max(64),
  typed: z.string().max(500).optional().describe("Only values that hold this, or whose name does."),
});

/** Values of a field that are in the data, the likeliest first. */
export const valuesSchema = z
  .object({ values: z.array(z.object({ value: z.string(), name: z.string().nullable() })) })
  .meta({ id: "Values" });

/** What can be asked: fields and measures of each dataset. */
export const catalogueSchema = z
  .object({
    datasets: z.array(
      z.object({
        name: dataset,
        fields: z.array(
          z.object({
            name: z.string(),
            heading: z.string(),
            description: z.string(),
            type: z.string(),
            aliases: z.array(z.string()),
            values: z.array(z.string()).nullable(),
            groupable: z.boolean(),
          }),
        ),
        measures: z.array(
          z.object({
            name: z.string(),
            heading: z.string(),
            description: z.string(),
            unit: z.string().nullable(),
            adds: z.boolean(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "Catalogue" });

export type CatalogueJson = z.output<typeof catalogueSchema>;
export type CompletionJson = z.output<typeof completionSchema>;
export type CheckJson = z.output<typeof checkSchema>;
export type ValuesJson = z.output<typeof valuesSchema>;
