import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { AccessControl } from "#access/index.js";
import { createApi } from "./create-api.ts";
import { pageRoutes } from "./page.ts";
import { QueryPool } from "./pool/query-pool.ts";
import { answerError, answerNothing } from "./problems.ts";
import { decideAuth, type AuthMode } from "./security/auth-mode.ts";
import { limitConnections, serverOptions } from "./security/connection-limits.ts";
import { protect } from "./security/protect.ts";

export interface ServerConfig {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** Undefined: what is right for the host and the users that there are. */
  readonly auth?: AuthMode;
  /** A proxy in front ends TLS, and what it says of who asks is believed. */
  readonly isBehindTls?: boolean;
}

const WORKERS = 2;

/** What requests on their way get to end when the server is stopped. */
const GRACE_MS = 3000;

/** The server: API, page, and the processes that answer. */
export class ApiServer {
  readonly #config: ServerConfig;
  readonly #pool: QueryPool;
  #access: AccessControl | undefined;
  #server: ServerType | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
    this.#pool = new QueryPool({ dataDir: config.dataDir, workers: WORKERS });
  }

  /** @returns the address that it listens at @throws WeirError `open-to-all`, `no-users` */
  async start(): Promise<string> {
    const { host, port } = this.#config;
    const access = await AccessControl.open(this.#config.dataDir);
    let root: Hono;
    try {
      root = this.#routes(access);
    } catch (error) {
      await access.close();
      throw error;
    }
    this.#access = access;
    this.#pool.start();
    return new Promise((resolve, reject) => {
      const server = serve({ fetch: root.fetch, hostname: host, port, serverOptions }, ({ address, port: bound }) => {
        resolve(`http://${address.includes(":") ? `[${address}]` : address}:${bound}`);
      });
      limitConnections(server);
      server.on("error", reject);
      this.#server = server;
    });
  }

  #routes(access: AccessControl): Hono {
    const { dataDir, host, version, auth: asked, isBehindTls = false } = this.#config;
    const auth = decideAuth({ host, asked, isBehindTls, hasUsers: access.accounts.hasUsers() });
    const root = new Hono();
    root.onError(answerError);
    root.notFound(answerNothing);
    protect(root, { access, auth, isBehindTls });
    root.route("/api/v1", createApi({ dataDir, pool: this.#pool, version, access, auth, isBehindTls }));
    root.route("/", pageRoutes());
    return root;
  }

  /** Ends it when the requests on their way are answered, at most a few seconds, and the audit log is written. */
  async stop(): Promise<void> {
    await this.#stopListening();
    this.#pool.stop();
    await this.#access?.close();
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const timer = setTimeout(() => {
      if ("closeAllConnections" in server) server.closeAllConnections();
    }, GRACE_MS);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      if ("closeIdleConnections" in server) server.closeIdleConnections();
    });
    clearTimeout(timer);
  }
}
