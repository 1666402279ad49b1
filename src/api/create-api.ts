import { OpenAPIHono } from "@hono/zod-openapi";
import { WeirError } from "#base/errors.js";
import type { ApiDependencies } from "./dependencies.ts";
import { answerError } from "./problems.ts";
import { askRoutes } from "./routes/ask.ts";
import { auditRoutes } from "./routes/audit.ts";
import { sessionRoutes } from "./routes/session.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";

/** The API under `/api/v1`. */
export function createApi(deps: ApiDependencies): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      throw new WeirError({
        code: "bad-request",
        kind: "usage",
        message: issue?.message ?? "the request is not as described",
        place: issue?.path.join(".") || result.target,
        next: "GET /api/v1/openapi.json describes every request.",
      });
    },
  });
  api.onError(answerError);
  api.route("/", sessionRoutes(deps));
  api.route("/", userRoutes(deps));
  api.route("/", tokenRoutes(deps));
  api.route("/", auditRoutes(deps));
  api.route("/", askRoutes(deps));
  return api;
}
