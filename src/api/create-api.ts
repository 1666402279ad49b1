import { OpenAPIHono } from "@hono/zod-openapi";
import { WeirError } from "#base/errors.js";
import { answerProblem, problemOf } from "./problems.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { askRoutes } from "./routes/ask.ts";
import { mapRoutes } from "./routes/map.ts";
import { sessionRoutes } from "./routes/session.ts";

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
  api.onError((error, context) => answerProblem(context, problemOf(error)));
  api.notFound((context) =>
    answerProblem(context, {
      type: "about:blank",
      title: "there is nothing here",
      status: 404,
      code: "not-found",
      place: context.req.path,
      detail: "GET /api/v1/openapi.json lists what there is.",
    }),
  );
  api.route("/", sessionRoutes(deps));
  api.route("/", askRoutes(deps));
  api.route("/", mapRoutes(deps));
  return api;
}
