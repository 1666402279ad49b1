import { z } from "zod";

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
  ])
  .meta({ id: "ServerEvent" });

export type ServerEvent = z.output<typeof serverEventSchema>;
