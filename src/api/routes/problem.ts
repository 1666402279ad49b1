import { problemSchema } from "../contract/index.ts";

/** What every route answers when it cannot do what was asked. */
export const problem = {
  description: "What went wrong.",
  content: { "application/problem+json": { schema: problemSchema } },
};
