import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { AccessControl } from "#access/index.js";
import {
  LakeKeeper,
  PushReceiver,
  watchLakeVersion,
  type KeeperConfig,
  type KeptSources,
  type LakeVersion,
} from "#app/index.js";
import { errorData } from "#base/error-data.js";
import { WeirError } from "#base/errors.js";
import { Answers } from "./cache/answers.ts";
import { createApi } from "./create-api.ts";
import { EventHub } from "./event-hub.ts";
import { Exports } from "./exports/exports.ts";
import { ServerMetrics } from "./observe/metrics.ts";
import { observeRoutes } from "./observe/observe-routes.ts";
import { noLog, type ServerLog } from "./observe/server-log.ts";
import { watchRequests } from "./observe/watch-requests.ts";
import { pageRoutes } from "./page.ts";
import { poolLimits, type PoolSizes } from "./pool/pool-limits.ts";
import { QueryPool } from "./pool/query-pool.ts";
import { answerError, answerNothing } from "./problems.ts";
import { decideAuth, type AuthMode } from "./security/auth-mode.ts";
import { PushDoor, type KeyedConfig } from "./push/push-door.ts";
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
  readonly pool?: PoolSizes;
  /** Keeps nothing by default. */
  readonly log?: ServerLog;
  /** What is collected on schedule, and how the lake is kept. */
  readonly keeper?: Omit<KeeperConfig, "dataDir">;
  /** Sources that others push to. */
  readonly push?: KeyedConfig;
  /** Bytes that one upload may have; 2 GB by default. */
  readonly uploadBytes?: number;
  /** The workers' program, where this module does not run from the built product. */
  readonly workerEntry?: URL;
}

const NO_PUSH: KeyedConfig = { sources: [], waitingBytes: 0 };
const UPLOAD_BYTES = 2_000_000_000;
/** Nothing is collected, nothing is deleted. */
const PLAIN_KEEPER: Omit<KeeperConfig, "dataDir"> = {
  sources: [],
  pushed: [],
  retention: {},
  maintenance: { everyMs: 3_600_000 },
};
const CACHE_BYTES = 64_000_000;
/** Connections that are in use have so long to end. */
const CLOSE_MS = 1000;

/** The server: API, page, the processes that answer, and the one that keeps the lake. */
export class ApiServer {
  readonly #config: ServerConfig;
  readonly #pool: QueryPool;
  readonly #keeper: LakeKeeper;
  readonly #events: EventHub;
  readonly #exports = new Exports();
  readonly #push: PushDoor;
  readonly #log: ServerLog;
  #access: AccessControl | undefined;
  #server: ServerType | undefined;
  #lakeVersion: LakeVersion | undefined;
  #metrics: ServerMetrics | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
    const { dataDir, pool = {}, workerEntry, log = noLog, keeper = PLAIN_KEEPER } = config;
    this.#log = log;
    this.#keeper = new LakeKeeper({ ...keeper, dataDir });
    this.#events = new EventHub(this.#keeper);
    this.#push = pushDoor(dataDir, config.push ?? NO_PUSH);
    this.#pool = new QueryPool({
      dataDir,
      limits: poolLimits(pool),
      onLoss: (pid, how) => log.error("a worker ended unexpectedly and is replaced", { pid, how }),
      ...(workerEntry !== undefined && { workerEntry }),
    });
  }

  /** @returns the address that it listens at @throws WeirError `open-to-all`, `no-users`, `cannot-listen` */
  async start(): Promise<string> {
    const { dataDir } = this.#config;
    try {
      // First: the lake is made if there is none, or it says why it cannot be.
      await this.#keeper.start();
      this.#events.start();
      await this.#push.receiver.start();
      const access = await AccessControl.open(dataDir);
      this.#access = access;
      const auth = this.#auth(access);
      this.#pool.start();
      const lake = await watchLakeVersion(dataDir);
      this.#lakeVersion = lake;
      const url = await this.#listen(this.#routes(access, auth, lake));
      this.#push.receiver.listensAt(url);
      this.#log.info("listening", { at: url.replace("http://", ""), auth, workers: this.#pool.state().workers });
      return url;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Tells what is wrong with the configuration: what was read before stays in force. */
  configIsWrong(error: unknown): void {
    const { message, place = null, next = null } = errorData(error);
    this.#events.configIs({ place, message, next, since: new Date().toISOString() });
  }

  /** Collects from these sources, and takes what is sent for these, from now on. */
  async watch(kept: KeptSources, push: KeyedConfig): Promise<void> {
    // First: what was taken for a source that is gone can be collected then.
    await this.#push.set(push);
    this.#keeper.watch(kept);
    this.#events.configIs(null);
  }

  #auth({ accounts }: AccessControl): AuthMode {
    const { host, auth: asked, isBehindTls = false } = this.#config;
    return decideAuth({ host, asked, isBehindTls, hasUsers: accounts.hasUsers() });
  }

  #answers(lake: LakeVersion): Answers {
    return new Answers({
      ask: async (task, asker) => this.#pool.ask(task, asker),
      lakeVersion: () => lake.read(),
      nowMs: () => Date.now(),
      maxBytes: CACHE_BYTES,
    });
  }

  #routes(access: AccessControl, auth: AuthMode, lake: LakeVersion): Hono {
    const { dataDir, version, isBehindTls = false, uploadBytes = UPLOAD_BYTES } = this.#config;
    const kept = { keeper: this.#keeper, events: this.#events, exports: this.#exports, push: this.#push, uploadBytes };
    const answers = this.#answers(lake);
    const metrics = new ServerMetrics({
      pool: this.#pool,
      answers,
      lake,
      push: () => this.#push.receiver.states,
      watched: () => this.#keeper.sources,
      nowMs: () => Date.now(),
    });
    this.#metrics = metrics;
    const root = new Hono();
    root.onError(answerError);
    root.notFound(answerNothing);
    root.use(watchRequests(this.#log, metrics));
    protect(root, { access, auth, isBehindTls });
    root.route("/api/v1", createApi({ ...kept, dataDir, answers, version, access, auth, isBehindTls }));
    root.route("/", observeRoutes({ pool: this.#pool, lake, metrics, events: this.#events, isBehindTls }));
    root.route("/", pageRoutes());
    return root;
  }

  /** Answers nobody new, ends the workers, then the connections; the audit log is written to its end. */
  async stop(): Promise<void> {
    // Who listens to events would hold the server open for ever.
    this.#events.stop();
    const closed = this.#close();
    await Promise.all([this.#pool.stop(), this.#exports.stop(), this.#keeper.stop()]);
    await closed;
    await this.#push.receiver.stop();
    this.#lakeVersion?.[Symbol.dispose]();
    await this.#access?.close();
    this.#access = undefined;
    this.#metrics?.close();
    this.#log.info("stopped");
  }

  async #listen({ fetch }: Hono): Promise<string> {
    const { host, port } = this.#config;
    return new Promise((resolve, reject) => {
      this.#server = serve({ fetch, hostname: host, port, serverOptions }, ({ address, port: bound }) => {
        resolve(`http://${address.includes(":") ? `[${address}]` : address}:${bound}`);
      });
      limitConnections(this.#server);
      this.#server.on("error", (error) => reject(cannotListen(error, `${host}:${port}`)));
    });
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server?.listening !== true) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if (!("closeIdleConnections" in server)) return closed;
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    await closed;
    clearTimeout(timer);
  }
}

function pushDoor(dataDir: string, config: KeyedConfig): PushDoor {
  return new PushDoor(new PushReceiver(dataDir, config), config.sources);
}

function cannotListen(error: Error, place: string): WeirError {
  const isTaken = (error as { code?: unknown }).code === "EADDRINUSE";
  return new WeirError({
    code: isTaken ? "port-taken" : "cannot-listen",
    kind: "environment",
    message: isTaken ? "another program listens there already" : `cannot listen there: ${error.message}`,
    place,
    next: "Choose another port with --port, or end the other program.",
    cause: error,
  });
}
