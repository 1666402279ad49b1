import type { z } from "zod";
import { problemSchema } from "../contract/index.ts";

/** What every route answers when it does not work. */
export const problem = {
  description: "What went wrong.",
  content: { "application/problem+json": { schema: problemSchema } },
};

/** An answer without a body. */
export const done = { description: "Done." };

/** An answer in JSON. */
export function jsonOf<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } };
}

/** A request's body in JSON, which must be there. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } } as const;
}
