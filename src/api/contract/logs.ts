import { z } from "zod";
import { askedTime } from "./question.ts";

const range = z.object({ from: z.string(), to: z.string() });
const written = z.enum(["full", "none", "sampled", "filtered"]);

/** Which logs: those that wrote in this time. */
export const logsRequestSchema = z.strictObject(askedTime).meta({ id: "LogsRequest" });

const gradeSchema = z.object({
  question: z.string(),
  grade: z.enum(["yes", "partly", "no"]),
  finding: z.string(),
  missing: z.array(z.string()).describe("Fields or settings that a better flow log has, by their names in the cloud."),
  can_mend: z.boolean().describe("Whether another flow log of this kind would answer better."),
});

const toldSchema = z.object({
  by: z.string(),
  at: z.string(),
  gone_at: z.string().nullable().describe("When a look should have found it and did not."),
  name: z.string().nullable(),
  account: z.string(),
  region: z.string(),
  target: z.string(),
  destination: z.string(),
  format: z.string().nullable(),
  traffic: z.enum(["all", "accept", "reject"]),
  interval_s: z.number().nullable(),
  filter: z.string().nullable(),
  record_types: z.string().nullable(),
  retention_days: z.number().nullable(),
  enabled: z.boolean(),
  delivery_error: z.string().nullable(),
});

const gradedLogSchema = z.object({
  flow_log: z.string().describe("Empty for records without the id of a flow log."),
  name: z.string().nullable(),
  log_type: z.string(),
  records: z.number(),
  interfaces: z.number(),
  first: z.string(),
  last: z.string(),
  account: z.string().nullable(),
  region: z.string().nullable(),
  network: z.string().nullable(),
  resource: z.string().nullable(),
  basis: z
    .enum(["format", "told", "records"])
    .describe("Whether its fields are known from a header line, by the cloud's control plane, or by its records."),
  fields: z.array(z.string()).nullable(),
  told: toldSchema.nullable().describe("What its cloud's control plane says of it; null where nothing was told."),
  kinds: z
    .object({ allowed: written, denied: written, basis: z.enum(["cloud", "told", "records", "name"]) })
    .nullable()
    .describe(
      "Which kinds of records it writes; null where records have no verdict. basis cloud: every such log; told: as it is set up; else inferred.",
    ),
  grades: z.array(gradeSchema),
  better: z
    .object({ terraform: z.string().nullable(), cli: z.string().nullable(), bicep: z.string().nullable() })
    .nullable()
    .describe("A flow log that answers more, as text; null where none of its kind can."),
});

const sideSchema = z.object({
  flow_logs: z.array(z.string()),
  tuples: z.number(),
  connections: z.number(),
  denied: z.number(),
  rules: z.number(),
  bytes: z.number(),
});

const migrationSchema = z.object({
  range,
  retirement: z.string().describe("The day on which NSG flow logs go away."),
  flow_logs: z.array(
    z.object({
      flow_log: z.string(),
      state: z.enum(["none", "partly", "whole"]).describe("How many of its interfaces a VNet flow log covers."),
      records: z.number(),
      last: z.string().nullable().describe("Null where only the control plane knows of it."),
      basis: z
        .enum(["told", "records"])
        .describe("Whether its state is known by how flow logs are set up, or by records."),
      told: z
        .object({
          at: z.string(),
          subnets: z.array(z.string()),
          interfaces: z.number(),
          uncovered: z.array(z.string()),
          flow_logs: z.array(z.string()),
        })
        .nullable()
        .describe("What the control plane says is behind the NSG, and what of it no VNet flow log covers."),
      interfaces: z.number(),
      missing: z.array(z.string()),
      beside_logged: z.array(z.string()),
      successors: z.array(z.string()),
      silent_since: z.string().nullable(),
    }),
  ),
  compared: z.array(
    z.object({
      interface: z.string(),
      range,
      nsg: sideSchema,
      vnet: sideSchema,
      same: z.number(),
      differences: z.array(
        z.object({
          code: z.string(),
          explained: z.boolean(),
          connections: z.number(),
          bytes: z.number(),
          words: z.string(),
          example: z.string(),
        }),
      ),
    }),
  ),
  not_compared: z.number(),
});

/** What flow logs can answer, and how far NSG flow logs have been replaced; migration is null without any. */
export const logsSchema = z
  .object({
    range,
    questions: z.array(z.object({ id: z.string(), title: z.string(), question: z.string(), why: z.string() })),
    flow_logs: z.array(gradedLogSchema),
    silent: z
      .array(toldSchema.extend({ flow_log: z.string() }))
      .describe("Flow logs that the control plane has, and that wrote nothing in this time."),
    migration: migrationSchema.nullable(),
  })
  .meta({ id: "Logs" });

export type LogsRequest = z.output<typeof logsRequestSchema>;
export type LogsJson = z.output<typeof logsSchema>;
