import { Counter, Gauge, type Registry } from "prom-client";
import type { LakeVersion, SourceState } from "#app/index.js";

/** What is known of sources when somebody looks. */
export interface SourceMetricsOf {
  /** Sources that this server watches, as they are doing now. */
  readonly watched: () => readonly SourceState[];
  readonly lake: Pick<LakeVersion, "catalog" | "isThere">;
  readonly nowMs: () => number;
}

type Run = NonNullable<ReturnType<ReturnType<LakeVersion["catalog"]>["sources"]["list"]>[number]["run"]>;

const REQUESTS = ["lists", "gets", "others"] as const;

/** The health of each watched source; labels are the names of the configuration. */
export function addSourceMetrics(of: SourceMetricsOf, registry: Registry): void {
  const gauge = (name: string, help: string, read: (run: Run, state: SourceState) => number | null): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ["source"],
        registers: [],
        collect() {
          this.reset();
          for (const { state, run } of runsOf(of)) {
            const value = run === null ? null : read(run, state);
            if (value !== null) this.set({ source: state.name }, value);
          }
        },
      }),
    );
  };
  registry.registerMetric(
    new Gauge({
      name: "weir_source_up",
      help: "1 where the newest look into a source went well, 0 where it is failing.",
      labelNames: ["source"],
      registers: [],
      collect() {
        this.reset();
        for (const { name, state } of of.watched()) this.set({ source: name }, state === "failing" ? 0 : 1);
      },
    }),
  );
  gauge("weir_source_lag_seconds", "Time since the newest flow of a source.", ({ newestFlow }) =>
    newestFlow === null ? null : Math.max(0, of.nowMs() / 1000 - newestFlow / 1_000_000),
  );
  gauge("weir_source_failures", "Looks into a source that failed in a row.", ({ failures }) => failures);
  gauge("weir_source_last_success_timestamp_seconds", "End of the newest look that went well.", ({ lastGoodMs }) =>
    lastGoodMs === null ? null : lastGoodMs / 1000,
  );
  const counter = (
    name: string,
    help: string,
    labels: readonly string[],
    add: (of: Run) => [string, number][],
  ): void => {
    registry.registerMetric(
      new Counter({
        name,
        help,
        labelNames: ["source", ...labels],
        registers: [],
        collect() {
          this.reset();
          for (const { state, run } of runsOf(of))
            for (const [kind, count] of run === null ? [] : add(run))
              this.inc({ source: state.name, ...(labels.length > 0 && { kind }) }, count);
        },
      }),
    );
  };
  counter("weir_source_requests_total", "Requests to a source's cloud, by what it charges for.", ["kind"], (run) =>
    REQUESTS.map((kind) => [kind, run.requests[kind]]),
  );
  counter("weir_source_fetched_bytes_total", "Bytes that were fetched.", [], (run) => [["", run.requests.bytes]]);
  counter("weir_source_throttled_total", "Answers that told to slow down.", [], (run) => [
    ["", run.requests.throttled],
  ]);
  counter("weir_source_retries_total", "Requests that were sent again.", [], (run) => [["", run.requests.retries]]);
}

/** A lake that cannot be read has no runs; GET /readyz tells why. */
function runsOf({ watched, lake }: SourceMetricsOf): { readonly state: SourceState; readonly run: Run | null }[] {
  try {
    if (!lake.isThere()) return [];
    const rows = new Map(
      lake
        .catalog()
        .sources.list()
        .map(({ sourceId, run }) => [sourceId, run]),
    );
    return watched().map((state) => ({ state, run: rows.get(state.sourceId) ?? null }));
  } catch {
    return [];
  }
}
