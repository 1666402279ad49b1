import { OpenAPIHono } from "@hono/zod-openapi";
import { WeirError } from "#base/errors.js";
import type { ApiDependencies } from "./dependencies.ts";
import { openApiDocument } from "./openapi.ts";
import { answerError } from "./problems.ts";
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
  api.onError(answerError);
  for (const routes of routeGroups) api.route("/", routes(deps));
  api.get("/openapi.json", (context) => context.json(openApiDocument(api, deps.version)));
  return api;
}

/** The API's description, without a lake: routes are declared, and never called. */
export function describeApi(version: string): object {
  return openApiDocument(createApi(unused as ApiDependencies), version);
}

/** Stands for whatever routes take from their dependencies when they are declared, and keep for later. */
const unused: unknown = new Proxy(() => unused, { get: () => unused });
