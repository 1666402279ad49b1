import { createMiddleware } from "hono/factory";
import type { MiddlewareHandler } from "hono";

/**
 * What the page may do: its own files only, no script or style written into the document. Style elements that menus and
 * dialogs make carry the document's nonce; the editor adopts its style sheet in a shadow root.
 */
function policy(nonce: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === undefined ? "" : ` 'nonce-${nonce}'`}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const A_YEAR_S = 31_536_000;

declare module "hono" {
  interface ContextVariableMap {
    /** Of the document that is being sent. */
    nonce: string | undefined;
  }
}

/** Headers of every answer that tell browsers to be strict. */
export function securityHeaders({ isBehindTls }: { readonly isBehindTls: boolean }): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    await next();
    const headers = {
      "content-security-policy": policy(context.get("nonce")),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
      ...(isBehindTls && { "strict-transport-security": `max-age=${A_YEAR_S}` }),
    };
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
    if (context.req.path.startsWith("/api/") && !context.res.headers.has("cache-control"))
      context.res.headers.set("cache-control", "no-store");
  });
}
