import type { OpenAPIHono } from "@hono/zod-openapi";

/** What the description says beside routes and schemas. */
const DESCRIPTION =
  "Everything that the page does, a script can do. Times are RFC 3339; numbers have all their digits; errors are problem details (RFC 9457) with a stable code, the place and the next step. How-to: docs/how-to/use-the-api.md.";

/** The description of an API, made of its routes and their schemas: what openapi.json holds. */
export function openApiDocument(api: OpenAPIHono, version: string): object {
  const document = api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Weir", version, description: DESCRIPTION, license: { name: "Apache-2.0" } },
    servers: [{ url: "/api/v1" }],
  });
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const method of ["get", "post", "put", "patch", "delete"] as const) {
      const operation = item[method];
      if (operation !== undefined) Object.assign(operation, wordsOf(method, path));
    }
  return document;
}

/** `POST /filter/complete` is `postFilterComplete`, under `filter`: what clients made from the description are called. */
function wordsOf(method: string, path: string): { operationId: string; tags: string[] } {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return { operationId: method + name, tags: words.slice(0, 1) };
}
