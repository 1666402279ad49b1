import { OpenAPIHono } from "@hono/zod-openapi";
import { WeirError } from "#base/errors.js";
import { answerProblem, problemOf } from "./problems.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { localPrincipal } from "./principal.ts";
import { routeGroups } from "./routes/index.ts";

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
  api.use(async (context, next) => {
    context.set("principal", localPrincipal);
    context.set("caller", localPrincipal);
    await next();
  });
  for (const routes of routeGroups) api.route("/", routes(deps));
  return api;
}
