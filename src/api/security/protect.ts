import type { Hono } from "hono";
import { audit } from "./audit.ts";
import { guard, identify, type GuardConfig } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { sameOrigin } from "./same-origin.ts";

/** What every request passes, in this order, before it comes to a route. To be called before any route is added. */
export function protect(root: Hono, config: GuardConfig): void {
  root.use(securityHeaders(config));
  root.use(sameOrigin(config));
  root.use(identify(config));
  root.use(audit(config));
  root.use(guard());
}
