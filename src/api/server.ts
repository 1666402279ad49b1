import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { LakeKeeper, type KeeperConfig } from "#app/index.js";
import { createApi } from "./create-api.ts";
import { EventHub } from "./event-hub.ts";
import { pageRoutes } from "./page.ts";
import { QueryPool } from "./pool/query-pool.ts";

export interface ServerConfig {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** What is collected on schedule, and how the lake is kept. */
  readonly keeper: Omit<KeeperConfig, "dataDir">;
  /** Bytes that one upload may have. */
  readonly uploadBytes: number;
}

const WORKERS = 2;

/** Uploads over slow lines take their time. */
const REQUEST_TIMEOUT_MS = 4 * 3_600_000;

/** The server: API, page, the processes that answer, and the one that keeps the lake. */
export class ApiServer {
  readonly #config: ServerConfig;
  readonly #pool: QueryPool;
  readonly #keeper: LakeKeeper;
  readonly #events: EventHub;
  #server: ServerType | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
    this.#pool = new QueryPool({ dataDir: config.dataDir, workers: WORKERS });
    this.#keeper = new LakeKeeper({ ...config.keeper, dataDir: config.dataDir });
    this.#events = new EventHub(this.#keeper);
  }

  /** @returns the address that it listens at */
  async start(): Promise<string> {
    const { dataDir, version, uploadBytes } = this.#config;
    // The lake is there before anybody asks.
    await this.#keeper.start();
    this.#events.start();
    this.#pool.start();
    const root = new Hono();
    const deps = { dataDir, version, uploadBytes, pool: this.#pool, keeper: this.#keeper, events: this.#events };
    root.route("/api/v1", createApi(deps));
    root.route("/", pageRoutes());
    try {
      return await this.#listen(root);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #listen({ fetch }: Hono): Promise<string> {
    const { host, port } = this.#config;
    const serverOptions = { requestTimeout: REQUEST_TIMEOUT_MS };
    return new Promise((resolve, reject) => {
      this.#server = serve({ fetch, hostname: host, port, serverOptions }, ({ address, port: bound }) => {
        resolve(`http://${address.includes(":") ? `[${address}]` : address}:${bound}`);
      });
      this.#server.on("error", reject);
    });
  }

  async stop(): Promise<void> {
    // Whoever listens would hold the server open for ever.
    this.#events.stop();
    this.#pool.stop();
    const server = this.#server;
    const closed = new Promise<void>((resolve) => {
      if (server?.listening === true) server.close(() => resolve());
      else resolve();
    });
    await this.#keeper.stop();
    if (server !== undefined && "closeAllConnections" in server) server.closeAllConnections();
    await closed;
  }
}
