/**
 * The entry of a worker process. Workers share nothing: each has its own DuckDB and its own memory, so that a crash in
 * native code costs a batch and not the run.
 */
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";
import { openCatalog } from "#catalog/index.js";
import { openEngine, ParquetText, SegmentWriter } from "#store/engine.js";
import { explainStorage } from "#store/index.js";
import type { FromWorker, ToWorker, WorkerConfig } from "./messages.ts";
import { WorkerSession } from "./worker-session.ts";

const send = (message: FromWorker): void => {
  process.send?.(message);
};

async function startSession(config: WorkerConfig): Promise<WorkerSession> {
  const catalog = openCatalog(join(config.dataDir, "catalog.db"), { mode: "read" });
  const engine = await openEngine(join(config.dataDir, "tmp", config.writerId), {
    memoryMb: config.memoryMb,
    threads: 1,
  });
  const staging = join(config.dataDir, "staging", config.writerId);
  const segments = new SegmentWriter(engine, staging, config.writerId);
  const parquet = new ParquetText(engine, staging);
  return new WorkerSession(config, { catalog, segments, parquet, send });
}

let session: WorkerSession | undefined;
let hasFinished = false;
// Messages are handled one after another; only "stop" cuts in.
let queue: Promise<void> = Promise.resolve();

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === "start") {
    session = await startSession(message.config).catch((error: unknown) => {
      throw explainStorage(error, message.config.dataDir);
    });
    send({ kind: "ready" });
  } else if (message.kind === "read") {
    await session?.read(message.tasks);
    send({ kind: "idle" });
  } else if (message.kind === "flush") {
    await session?.finish();
  } else {
    await session?.finish();
    hasFinished = true;
    // The worker hangs up, not the parent: what it has sent is then sure to arrive before its end is seen.
    process.send?.({ kind: "finished" } satisfies FromWorker, () => process.disconnect());
  }
}

function lastWords(error: unknown): FromWorker {
  if (!(error instanceof WeirError) || error.kind !== "environment")
    return { kind: "broken", message: messageOf(error) };
  const { code, kind, message, place, next } = error;
  return {
    kind: "fatal",
    error: { code, kind, message, ...(place !== undefined && { place }), ...(next !== undefined && { next }) },
  };
}

process.on("message", (message: ToWorker) => {
  if (message.kind === "stop") session?.stop();
  queue = queue
    .then(() => handle(message))
    .catch((error: unknown) => {
      process.send?.(lastWords(error), endAtOnce);
    });
});
// The parent decides when to stop: a Ctrl-C reaches the whole process group.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => (hasFinished ? process.exit() : endAtOnce()));

/**
 * The end when a call into DuckDB may be under way: an orderly exit waits for DuckDB's threads, which may be waiting for this
 * one, and then never comes. Nothing needs clearing up here; recovery removes what was not committed.
 */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}
