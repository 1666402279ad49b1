import { z } from "zod";

/** A configuration that was changed and is wrong: what was read before stays in force. */
export const configErrorSchema = z
  .object({
    place: z.string().nullable().describe("File and line."),
    message: z.string(),
    next: z.string().nullable(),
    since: z.string().describe("When it was read."),
  })
  .meta({ id: "ConfigError" });

/** What the server tells an open page (server-sent events; `event` is the type). */
export const serverEventSchema = z
  .discriminatedUnion("type", [
    /** The lake changed: answers that are shown may be old. */
    z.object({
      type: z.literal("lake"),
      version: z.number(),
      newest_flow: z.string().nullable(),
      dirty_hours: z.number(),
    }),
    z.object({
      type: z.literal("collect"),
      source: z.string(),
      state: z.enum(["running", "done", "failed"]),
      objects: z.number(),
      objects_total: z.number(),
      records: z.number(),
      bytes: z.number(),
      bytes_total: z.number(),
      message: z.string().nullable(),
    }),
    z.object({
      type: z.literal("derive"),
      state: z.enum(["running", "done", "failed"]),
      hours: z.number(),
      hours_total: z.number(),
      message: z.string().nullable(),
    }),
    /** The configuration has become wrong, or right again (null). */
    z.object({ type: z.literal("config"), error: configErrorSchema.nullable() }),
  ])
  .meta({ id: "ServerEvent" });

export type ConfigErrorJson = z.output<typeof configErrorSchema>;
export type ServerEvent = z.output<typeof serverEventSchema>;
