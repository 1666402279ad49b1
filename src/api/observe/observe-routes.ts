import { Hono, type Context } from "hono";
import type { LakeVersion } from "#app/index.js";
import { messageOf, WeirError } from "#base/errors.js";
import type { EventHub } from "../event-hub.ts";
import type { QueryPool } from "../pool/query-pool.ts";
import { clientAddress } from "../security/client-address.ts";
import type { ServerMetrics } from "./metrics.ts";

export interface ObserveDeps {
  readonly pool: Pick<QueryPool, "state">;
  readonly lake: Pick<LakeVersion, "isThere">;
  readonly metrics: ServerMetrics;
  readonly events: Pick<EventHub, "configError">;
  /** Behind a proxy every request comes from the proxy's address. */
  readonly isBehindTls: boolean;
}

/** For whoever keeps the server running: is it alive, does it answer, how is it. */
export function observeRoutes({ pool, lake, metrics, events, isBehindTls }: ObserveDeps): Hono {
  const routes = new Hono();
  routes.get("/healthz", (context) => context.json({ status: "ok" }, 200, NOT_KEPT));
  routes.get("/readyz", (context) => {
    const { ready, workers } = pool.state();
    const catalog = stateOf(lake);
    const isReady = ready > 0 && catalog.state !== "unreadable";
    // What is wrong with it is for those who may see the sources.
    const config = { state: events.configError === null ? "read" : "wrong" };
    const body = { ready: isReady, workers: { ready, total: workers }, lake: catalog, config };
    return context.json(body, isReady ? 200 : 503, NOT_KEPT);
  });
  routes.get("/metrics", async (context) => {
    if (context.get("caller") === undefined && (isBehindTls || !isLoopback(context))) throw notSignedIn();
    return context.body(await metrics.text(), 200, { "content-type": metrics.contentType, ...NOT_KEPT });
  });
  return routes;
}

const NOT_KEPT = { "cache-control": "no-store" };

/** `none`: nothing was read yet, which is no fault. */
function stateOf(lake: ObserveDeps["lake"]): {
  readonly state: "open" | "none" | "unreadable";
  readonly reason?: string;
} {
  try {
    return { state: lake.isThere() ? "open" : "none" };
  } catch (error) {
    return { state: "unreadable", reason: error instanceof WeirError ? error.code : messageOf(error) };
  }
}

function isLoopback(context: Context): boolean {
  const address = clientAddress(context, false);
  return address === "::1" || address.startsWith("127.");
}

function notSignedIn(): WeirError {
  return new WeirError({
    code: "not-signed-in",
    kind: "usage",
    message: "metrics are shown to this machine, and to who signs in",
    next: "Let Prometheus send a viewer's token: `weir token create`, then `authorization: { credentials: weir_… }`.",
  });
}
