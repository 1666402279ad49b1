import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { createApi } from "./create-api.ts";
import { pageRoutes } from "./page.ts";
import { Exports } from "./exports/exports.ts";
import { QueryPool } from "./pool/query-pool.ts";

export interface ServerConfig {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly version: string;
}

const WORKERS = 2;

/** The server: API, page, and the processes that answer. */
export class ApiServer {
  readonly #config: ServerConfig;
  readonly #pool: QueryPool;
  readonly #exports = new Exports();
  #server: ServerType | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
    this.#pool = new QueryPool({ dataDir: config.dataDir, workers: WORKERS });
  }

  /** @returns the address that it listens at */
  async start(): Promise<string> {
    const { dataDir, host, port, version } = this.#config;
    this.#pool.start();
    const root = new Hono();
    root.route("/api/v1", createApi({ dataDir, pool: this.#pool, exports: this.#exports, version }));
    root.route("/", pageRoutes());
    return new Promise((resolve, reject) => {
      this.#server = serve({ fetch: root.fetch, hostname: host, port }, ({ address, port: bound }) => {
        resolve(`http://${address.includes(":") ? `[${address}]` : address}:${bound}`);
      });
      this.#server.on("error", reject);
    });
  }

  async stop(): Promise<void> {
    this.#pool.stop();
    await this.#exports.stop();
    await new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
  }
}
