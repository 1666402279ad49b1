import type { z } from "zod";

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
