import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the built page lies: beside this module in dist/. */
const ROOT = fileURLToPath(new URL("../web", import.meta.url));
const A_YEAR = "public, max-age=31536000, immutable";

/** The page: built files by their names, and the same document for every path that the page itself knows. */
export function pageRoutes(): Hono {
  const routes = new Hono();
  routes.use("/assets/*", async (context, next) => {
    await next();
    if (context.res.status === 200) context.header("cache-control", A_YEAR);
  });
  routes.use("/assets/*", serveStatic({ root: ROOT }));
  routes.get("*", (context) => {
    if (/^\/(?:assets|api)\//.test(context.req.path)) return context.notFound();
    const nonce = randomBytes(16).toString("base64");
    context.set("nonce", nonce);
    const document = readFileSync(`${ROOT}/index.html`, "utf8").replace("NONCE", nonce);
    return context.html(document, 200, { "cache-control": "no-store" });
  });
  return routes;
}
