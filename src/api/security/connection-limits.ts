import type { ServerOptions } from "node:http";
import type { ServerType } from "@hono/node-server";

/** Against clients that are slow by nature or on purpose. The headers of a request must be here in ten seconds. */
export const serverOptions: ServerOptions = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 2000,
  // Of a whole request: logs are uploaded over slow lines. What is small has a deadline of its own.
  requestTimeout: 3_600_000,
  keepAliveTimeout: 30_000,
};

const MOST_CONNECTIONS = 2000;
const SILENT_MS = 900_000;

/** Bounds what connections may cost. */
export function limitConnections(server: ServerType): void {
  if (!("maxConnections" in server)) return;
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENT_MS);
}
