import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { AccessControl } from "#access/index.js";
import { watchLakeVersion, type LakeVersion } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { Answers } from "./cache/answers.ts";
import { createApi } from "./create-api.ts";
import { pageRoutes } from "./page.ts";
import { poolLimits, type PoolSizes } from "./pool/pool-limits.ts";
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
  readonly pool?: PoolSizes;
  /** The workers' program, where this module does not run from the built product. */
  readonly workerEntry?: URL;
  /** Undefined: what is right for the host and the users that there are. */
  readonly auth?: AuthMode;
  /** A proxy in front ends TLS, and what it says of who asks is believed. */
  readonly isBehindTls?: boolean;
}

const CACHE_BYTES = 64_000_000;
/** What requests on their way get to end when the server is stopped. */
const GRACE_MS = 3000;

/** The server: API, page, and the processes that answer. */
export class ApiServer {
  readonly #config: ServerConfig;
  readonly #pool: QueryPool;
  #access: AccessControl | undefined;
  #server: ServerType | undefined;
  #lakeVersion: LakeVersion | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
    const { dataDir, pool = {}, workerEntry } = config;
    this.#pool = new QueryPool({
      dataDir,
      limits: poolLimits(pool),
      ...(workerEntry !== undefined && { workerEntry }),
    });
  }

  /** @returns the address that it listens at @throws WeirError `open-to-all`, `no-users`, `cannot-listen` */
  async start(): Promise<string> {
    try {
      this.#access = await AccessControl.open(this.#config.dataDir);
      this.#lakeVersion = await watchLakeVersion(this.#config.dataDir);
      const root = this.#routes(this.#access, this.#lakeVersion);
      this.#pool.start();
      return await this.#listen(root);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Answers nobody new; ends the workers, the requests on their way, and writes the audit log. */
  async stop(): Promise<void> {
    const closed = this.#close();
    await this.#pool.stop();
    await closed;
    this.#lakeVersion?.[Symbol.dispose]();
    await this.#access?.close();
  }

  #routes(access: AccessControl, lakeVersion: LakeVersion): Hono {
    const { dataDir, host, version, auth: asked, isBehindTls = false } = this.#config;
    const auth = decideAuth({ host, asked, isBehindTls, hasUsers: access.accounts.hasUsers() });
    const answers = new Answers({
      ask: async (task, asker) => this.#pool.ask(task, asker),
      lakeVersion: () => lakeVersion.read(),
      nowMs: () => Date.now(),
      maxBytes: CACHE_BYTES,
    });
    const root = new Hono();
    root.onError(answerError);
    root.notFound(answerNothing);
    protect(root, { access, auth, isBehindTls });
    root.route("/api/v1", createApi({ dataDir, answers, version, access, auth, isBehindTls }));
    root.route("/", pageRoutes());
    return root;
  }

  async #listen({ fetch }: Hono): Promise<string> {
    const { host, port } = this.#config;
    return new Promise((resolve, reject) => {
      const server = serve({ fetch, hostname: host, port, serverOptions }, ({ address, port: bound }) => {
        resolve(`http://${address.includes(":") ? `[${address}]` : address}:${bound}`);
      });
      limitConnections(server);
      server.on("error", (error) => reject(cannotListen(error, `${host}:${port}`)));
      this.#server = server;
    });
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if (!("closeIdleConnections" in server)) return closed;
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(timer);
  }
}

function cannotListen(error: Error, place: string): WeirError {
  const isTaken = (error as { code?: unknown }).code === "EADDRINUSE";
  return new WeirError({
    code: "cannot-listen",
    kind: "environment",
    message: isTaken ? "another program listens there already" : `cannot listen there: ${error.message}`,
    place,
    next: "Choose another port with --port, or end the other program.",
    cause: error,
  });
}
