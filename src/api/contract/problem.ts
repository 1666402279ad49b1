import { z } from "zod";

/** What went wrong, as RFC 9457 problem details: code for scripts, message, place and next step for people. */
export const problemSchema = z
  .object({
    type: z.string().describe("about:blank, or the page about this code."),
    title: z.string().describe("What happened and why, one sentence."),
    status: z.int(),
    code: z.string().describe("Stable, kebab-case."),
    detail: z.string().optional().describe("What to do about it."),
    place: z.string().optional().describe("Where: a field of the request, a place in a filter, an object and line."),
    /** A mistake in a filter: where in its text. */
    span: z.object({ from: z.int(), to: z.int() }).optional(),
    request_id: z.string().optional(),
  })
  .meta({ id: "Problem" });

export type Problem = z.output<typeof problemSchema>;
