import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { LakeVersion, PushState } from "#app/index.js";
import type { Answers } from "../cache/answers.ts";
import type { QueryPool } from "../pool/query-pool.ts";

/** What is measured when somebody looks. */
export interface MetricsSources {
  readonly pool: Pick<QueryPool, "state">;
  readonly answers: Pick<Answers, "state">;
  readonly lake: Pick<LakeVersion, "numbers">;
  /** Sources that others push to. */
  readonly push: () => readonly PushState[];
  readonly nowMs: () => number;
}

/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The server's numbers for Prometheus. Labels have few values: routes, never paths; no users, no addresses. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<"route" | "method" | "status">;

  constructor(sources: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: "weir_http_request_duration_seconds",
      help: "Time to answer a request, by route.",
      labelNames: ["route", "method", "status"],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
    addPool(sources, this.#registry);
    addAnswers(sources, this.#registry);
    addLake(sources, this.#registry);
    addPush(sources, this.#registry);
  }

  request(route: string, method: string, status: number, seconds: number): void {
    this.#requests.observe({ route, method, status: String(status) }, seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Ends what it listens to. */
  close(): void {
    this.#registry.clear();
  }
}

function addPool({ pool }: MetricsSources, registry: Registry): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  };
  gauge("weir_workers", "Worker processes that there should be.", () => pool.state().workers);
  gauge("weir_workers_ready", "Worker processes that can answer.", () => pool.state().ready);
  gauge("weir_questions_running", "Questions that workers are answering.", () => pool.state().running);
  registry.registerMetric(
    new Gauge({
      name: "weir_questions_waiting",
      help: "Questions that wait for a worker, by what they are expected to cost.",
      labelNames: ["cost"],
      registers: [],
      collect() {
        const { light, heavy } = pool.state().waiting;
        this.set({ cost: "light" }, light);
        this.set({ cost: "heavy" }, heavy);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "weir_worker_losses_total",
      help: "Worker processes that ended unexpectedly, and were replaced.",
      registers: [],
      collect() {
        this.reset();
        this.inc(pool.state().losses);
      },
    }),
  );
}

function addAnswers({ answers }: MetricsSources, registry: Registry): void {
  registry.registerMetric(
    new Counter({
      name: "weir_answers_total",
      help: "Answers to questions: kept from before (hit), shared with another asker, from a worker (miss, or none where it may not be kept).",
      labelNames: ["cache"],
      registers: [],
      collect() {
        this.reset();
        for (const [cache, count] of Object.entries(answers.state().outcomes)) this.inc({ cache }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "weir_answer_cache_bytes",
      help: "Memory of answers that are kept.",
      registers: [],
      collect() {
        this.set(answers.state().bytes);
      },
    }),
  );
}

function addLake({ lake, nowMs }: MetricsSources, registry: Registry): void {
  const gauge = (name: string, help: string, read: (numbers: Numbers) => number | null): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          const numbers = numbersOf(lake);
          const value = numbers === undefined ? null : read(numbers);
          if (value === null) this.reset();
          else this.set(value);
        },
      }),
    );
  };
  gauge("weir_lake_lag_seconds", "Time since the newest flow.", ({ newestFlow }) =>
    newestFlow === null ? null : Math.max(0, nowMs() / 1000 - newestFlow / 1_000_000),
  );
  gauge("weir_lake_hours_to_derive", "Hours whose flows changed since they were derived.", (each) => each.dirtyHours);
  gauge("weir_lake_objects_failed", "Objects that could not be read.", ({ objectsFailed }) => objectsFailed);
  registry.registerMetric(
    new Gauge({
      name: "weir_lake_records",
      help: "Records of all objects that were read, by what became of them.",
      labelNames: ["kind"],
      registers: [],
      collect() {
        this.reset();
        for (const [kind, count] of Object.entries(numbersOf(lake)?.records ?? {}))
          if (kind !== "total") this.set({ kind }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "weir_lake_bytes",
      help: "Bytes of the lake's live files, by table.",
      labelNames: ["table"],
      registers: [],
      collect() {
        this.reset();
        for (const { table, bytes } of numbersOf(lake)?.tables ?? []) this.set({ table }, bytes);
      },
    }),
  );
}

function addPush({ push }: MetricsSources, registry: Registry): void {
  const count = (name: string, help: string, read: (state: PushState) => number): void => {
    registry.registerMetric(
      new Counter({
        name,
        help,
        labelNames: ["source"],
        registers: [],
        collect() {
          this.reset();
          for (const state of push()) this.inc({ source: state.name }, read(state));
        },
      }),
    );
  };
  count("weir_push_deliveries_total", "Deliveries that were taken, by source.", ({ deliveries }) => deliveries);
  count("weir_push_repeated_total", "Deliveries that had been here before.", ({ repeated }) => repeated);
  count("weir_push_records_total", "Records of deliveries that were taken.", ({ records }) => records);
  count("weir_push_bytes_total", "Bytes of deliveries that were taken, as they were sent.", ({ bytes }) => bytes);
  registry.registerMetric(
    new Gauge({
      name: "weir_push_waiting_bytes",
      help: "Bytes that were pushed and are not in the lake yet.",
      labelNames: ["source"],
      registers: [],
      collect() {
        for (const { name, waitingBytes } of push()) this.set({ source: name }, waitingBytes);
      },
    }),
  );
}

type Numbers = NonNullable<ReturnType<LakeVersion["numbers"]>>;

/** A lake that cannot be read has no numbers; GET /readyz tells why. */
function numbersOf(lake: MetricsSources["lake"]): Numbers | undefined {
  try {
    return lake.numbers();
  } catch {
    return undefined;
  }
}
