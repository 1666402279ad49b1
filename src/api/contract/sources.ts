import { z } from "zod";
import { askedTime } from "./question.ts";

const counts = z.object({
  total: z.number(),
  flows: z.number(),
  nodata: z.number(),
  skipdata: z.number(),
  control: z.number(),
  duplicate: z.number(),
  filtered: z.number(),
  malformed: z.number(),
});

export const sourceSchema = z
  .object({
    id: z.number(),
    name: z.string(),
    kind: z
      .string()
      .describe(
        "files: what `weir ingest` read. upload: dropped on the page or posted. folder: watched by `weir serve`. push: others send to it.",
      ),
    uri: z.string(),
    state: z
      .enum(["ok", "collecting", "stopped", "waiting", "failing", "idle"])
      .describe("stopped: the process that collected it was killed. idle: nobody collects from it."),
    last_error: z.string().nullable(),
    next_run: z.string().nullable(),
    last_read: z.string().nullable(),
    newest_flow: z.string().nullable().describe("Null where none of its flows is of the newest day of the lake."),
    lag_s: z.number().nullable().describe("Now minus the newest event."),
    objects: z.object({
      read: z.number(),
      same_content: z.number(),
      skipped: z.number(),
      failed: z.number(),
      pending: z.number(),
      total: z.number(),
    }),
    records: counts,
    bytes: z.number(),
    error_code: z.string().nullable(),
    next_step: z.string().nullable().describe("What to do about the last error."),
    last_run: z
      .object({
        started: z.string(),
        ended: z.string().nullable(),
        last_good: z.string().nullable().describe("End of the newest run that went well."),
        failures: z.number().describe("Runs in a row that failed."),
        seen: z.number().describe("Objects that the source showed."),
        read: z.number(),
        failed: z.number(),
      })
      .nullable()
      .describe("Null where it is not collected on schedule."),
    requests: z
      .object({
        lists: z.number(),
        gets: z.number(),
        others: z.number(),
        bytes: z.number(),
        throttled: z.number().describe("Answers that told to slow down."),
        retries: z.number(),
      })
      .nullable()
      .describe("What its cloud was asked by all runs together."),
    push: z
      .object({
        deliveries: z.number(),
        repeated: z.number().describe("Of these, deliveries that had been here before."),
        records: z.number(),
        bytes: z.number(),
        waiting_bytes: z.number().describe("Durable, and not in the lake yet."),
        last_delivery: z.string().nullable(),
        last_error: z.string().nullable().describe("Why the newest delivery was refused; null when it was taken."),
      })
      .nullable()
      .describe("What was pushed since the server was started; null for sources that nobody pushes to."),
  })
  .meta({ id: "Source" });

/** What is in the lake and where it came from. */
export const sourcesSchema = z
  .object({
    sources: z.array(sourceSchema),
    tables: z.array(
      z.object({
        table: z.string(),
        segments: z.number(),
        rows: z.number(),
        bytes: z.number(),
        min_time: z.string().nullable(),
        max_time: z.string().nullable(),
      }),
    ),
    derivation: z.object({
      derived_hours: z.number(),
      dirty_hours: z.number(),
      frozen_hours: z.number(),
      newest_hour: z.string().nullable(),
      last_error: z.string().nullable(),
    }),
    upkeep: z
      .object({ last_run: z.string().nullable(), last_error: z.string().nullable() })
      .describe(
        "Joining small files, deleting what is older than it may be, clearing away: what the server does in quiet times.",
      ),
    flows_by_type: z.record(z.string(), z.number()),
    malformed_by_reason: z.record(z.string(), z.number()),
    unknown_fields: z.record(z.string(), z.number()),
    problems: z.array(z.object({ object: z.string(), code: z.string(), message: z.string() })),
    disk: z.object({ used: z.number(), free: z.number() }),
    is_demo: z.boolean(),
  })
  .meta({ id: "Sources" });

/** Which objects: those of a page after another are asked for with the cursor of the one before. */
export const objectsRequestSchema = z
  .strictObject({
    source: z.coerce.number().int().min(1).optional(),
    status: z.enum(["pending", "done", "same-content", "skipped", "failed"]).optional(),
    text: z.string().max(2000).optional().describe("Part of the object's key, without case."),
    cursor: z.string().max(20).regex(/^\d+$/).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
  })
  .meta({ id: "ObjectsRequest" });

export const objectsSchema = z
  .object({
    objects: z.array(
      z.object({
        id: z.number(),
        source: z.number(),
        key: z.string(),
        status: z.string(),
        size: z.number(),
        read_at: z.string().nullable(),
        decoder: z.string().nullable(),
        flow_log: z.string().nullable(),
        records: counts,
        code: z.string().nullable(),
        message: z.string().nullable(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: "Objects" });

export const malformedRequestSchema = z
  .strictObject({
    reason: z.string().max(100).optional(),
    object: z.string().max(2000).optional().describe("Part of the object's key."),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
  })
  .meta({ id: "MalformedRequest" });

export const malformedSchema = z
  .object({
    records: z.array(
      z.object({
        reason: z.string(),
        object: z.string(),
        position: z.number(),
        sub_position: z.number().nullable(),
        log_type: z.string().nullable(),
        text: z.string(),
        read_at: z.string(),
      }),
    ),
    kept: z.number().describe("Malformed records of the whole lake whose text is kept."),
    counted: z.number().describe("All that were met."),
  })
  .meta({ id: "Malformed" });

/** Without a time, what the lake has of the last 30 days. */
export const calendarRequestSchema = z.strictObject(askedTime).meta({ id: "CalendarRequest" });

/** For each flow log and cell of time: what it wrote. */
export const calendarSchema = z
  .object({
    range: z.object({ from: z.string(), to: z.string() }),
    cell_s: z.number().describe("Length of a cell: an hour, or a day over long ranges."),
    flow_logs: z.array(
      z.object({
        flow_log: z.string(),
        log_type: z.string(),
        provider: z.string(),
        interfaces: z.number(),
        kinds: z.object({
          allowed: z.enum(["full", "partial", "none"]),
          denied: z.enum(["full", "partial", "none"]),
          basis: z.enum(["told", "records"]),
        }),
        first: z.string(),
        last: z.string(),
        cells: z.array(
          z.object({
            from: z.string(),
            allowed: z.number(),
            denied: z.number(),
            gap_s: z.number(),
            gap_at_s: z.number().describe("Where the first gap begins, seconds from the cell's beginning."),
            cause: z.enum(["silent", "skipdata"]).nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "Calendar" });

/** What became of what was uploaded. */
export const ingestReportSchema = z
  .object({
    objects: z.object({
      read: z.number(),
      unchanged: z.number(),
      grown: z.number(),
      skipped: z.number(),
      failed: z.number(),
    }),
    records: counts,
    flows_by_type: z.record(z.string(), z.number()),
    problems: z.array(z.object({ object: z.string(), code: z.string(), message: z.string() })),
    bytes: z.number(),
    seconds: z.number(),
  })
  .meta({ id: "IngestReport" });

/** What became of a delivery: it is durable. */
export const pushAnswerSchema = z
  .object({
    delivery: z.string().describe("Its Idempotency-Key, or the SHA-256 of name and content."),
    repeated: z.boolean().describe("It had been here before and was not counted again."),
  })
  .meta({ id: "PushAnswer" });

/** What Amazon Data Firehose wants to hear. */
export const firehoseAnswerSchema = z
  .object({
    requestId: z.string(),
    timestamp: z.number().describe("Milliseconds since 1970."),
    errorMessage: z.string().optional(),
  })
  .meta({ id: "FirehoseAnswer" });

/** The demo world to make. */
export const demoRequestSchema = z
  .strictObject({ hours: z.int().min(1).max(72).default(6), seed: z.int().min(0).max(1_000_000).default(1) })
  .meta({ id: "DemoRequest" });

export type ObjectsRequest = z.output<typeof objectsRequestSchema>;
export type MalformedRequest = z.output<typeof malformedRequestSchema>;
export type CalendarRequest = z.output<typeof calendarRequestSchema>;
export type SourcesJson = z.output<typeof sourcesSchema>;
export type SourceJson = z.output<typeof sourceSchema>;
export type ObjectsJson = z.output<typeof objectsSchema>;
export type MalformedJson = z.output<typeof malformedSchema>;
export type CalendarJson = z.output<typeof calendarSchema>;
export type PushAnswerJson = z.output<typeof pushAnswerSchema>;
export type FirehoseAnswerJson = z.output<typeof firehoseAnswerSchema>;
export type IngestReportJson = z.output<typeof ingestReportSchema>;
