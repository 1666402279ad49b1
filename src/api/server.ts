import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { WeirError } from "#base/errors.js";
import { watchLakeVersion, type LakeVersion } from "#app/index.js";
import { Answers } from "./cache/answers.ts";
import { createApi } from "./create-api.ts";
import { pageRoutes } from "./page.ts";
import { poolLimits, type PoolSizes } from "./pool/pool-limits.ts";
import { QueryPool } from "./pool/query-pool.ts";

export interface ServerConfig {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly pool?: PoolSizes;
  /** The workers' program, where this module does not run from the built product. */
  readonly workerEntry?: URL;
}

const CACHE_BYTES = 64_000_000;
/** Connections that are in use have so long to end. */
const CLOSE_MS = 1000;

/** The server: API, page, and the processes that answer. */
export class ApiServer {
  readonly #config: ServerConfig;
  readonly #pool: QueryPool;
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

  /** @returns the address that it listens at @throws WeirError `cannot-listen` */
  async start(): Promise<string> {
    const { dataDir, version } = this.#config;
    this.#pool.start();
    const lakeVersion = await watchLakeVersion(dataDir);
    this.#lakeVersion = lakeVersion;
    const answers = new Answers({
      ask: async (task, asker) => this.#pool.ask(task, asker),
      lakeVersion: () => lakeVersion.read(),
      nowMs: () => Date.now(),
      maxBytes: CACHE_BYTES,
    });
    const root = new Hono();
    root.route("/api/v1", createApi({ dataDir, answers, version }));
    root.route("/", pageRoutes());
    try {
      return await this.#listen(root);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Answers nobody new, ends the workers, then the connections. */
  async stop(): Promise<void> {
    const closed = this.#close();
    await this.#pool.stop();
    await closed;
    this.#lakeVersion?.[Symbol.dispose]();
  }

  async #listen({ fetch }: Hono): Promise<string> {
    const { host, port } = this.#config;
    return new Promise((resolve, reject) => {
      this.#server = serve({ fetch, hostname: host, port }, ({ address, port: bound }) => {
        resolve(`http://${address.includes(":") ? `[${address}]` : address}:${bound}`);
      });
      this.#server.on("error", (error) => reject(cannotListen(error, `${host}:${port}`)));
    });
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if (!("closeIdleConnections" in server)) return closed;
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
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
