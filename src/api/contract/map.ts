import { z } from "zod";
import { askedTime, coverageSchema, rangeSchema } from "./question.ts";

/** Who talks to whom, as boxes in boxes. */
export const mapRequestSchema = z
  .strictObject({
    ...askedTime,
    filter: z.string().max(20_000).optional().describe("In the filter language. Empty: everything."),
    compare: z.boolean().optional().describe("Also the stretch of the same length before."),
  })
  .meta({ id: "MapRequest" });

export const mapNodeSchema = z
  .object({
    id: z.string().describe("The same for the same thing in every answer."),
    kind: z.enum([
      "cloud",
      "account",
      "network",
      "subnet",
      "block",
      "address",
      "outside",
      "internet",
      "private",
      "public_block",
      "name",
      "rest",
    ]),
    parent: z.int().describe("Place of the box around it in `nodes`; -1 for the outermost."),
    value: z.string().describe("The id, block, address or name; of `rest`, how many boxes it stands for."),
    name: z.string().nullable(),
    instance: z.string().nullable(),
    observer: z.string().nullable(),
    inferred: z.boolean().describe("Its own conversations do not all say where it is: it is known from elsewhere."),
    filter: z
      .string()
      .nullable()
      .describe("A filter of conversations that finds it, with `END.` in the place of `client.` or `server.`."),
  })
  .meta({ id: "MapNode" });

export const mapSchema = z
  .object({
    nodes: z.array(mapNodeSchema).describe("A box comes after the box around it."),
    edges: z
      .array(z.array(z.number()))
      .describe(
        "Client and server as places in `nodes`, then bytes, conversations, denied; with `compare` the same three of before. The largest are told between the innermost boxes; small ones together, between boxes around them. Each conversation counts on one edge.",
      ),
    totals: z.array(z.number()).describe("Bytes, conversations, denied; with `compare` the same three of before."),
    range: rangeSchema,
    compared: rangeSchema.nullable(),
    table: z.string(),
    why: z.string().describe("Why this table was read."),
    scanned_rows: z.number(),
    elapsed_ms: z.number(),
    notes: z.array(z.string()),
    coverage: coverageSchema,
  })
  .meta({ id: "Map" });

export type MapRequest = z.input<typeof mapRequestSchema>;
export type MapNodeJson = z.output<typeof mapNodeSchema>;
export type MapJson = z.output<typeof mapSchema>;
