/** The entry of the process that keeps a lake while it is served. It shares nothing with the server but messages. */
import { messageOf, WeirError } from "#base/errors.js";
import { KeeperSession } from "./keeper-session.ts";
import type { ErrorData, FromKeeper, ToKeeper } from "./messages.ts";

let session: KeeperSession | undefined;

process.on("message", (message: ToKeeper) => {
  if (message.type === "start") void start(message);
  else if (message.type === "job") void run(message);
  else if (message.type === "sources") session?.watch(message.sources);
  else void stop();
});
// The server is gone, perhaps killed: nothing needs clearing up that recovery would not. An orderly exit could wait for DuckDB for ever.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C reaches the whole group; the server says when to stop.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

async function start({ config }: Extract<ToKeeper, { type: "start" }>): Promise<void> {
  try {
    session = await KeeperSession.open(config, (event) => send({ type: "event", event }));
    send({ type: "ready" });
    session.begin();
  } catch (error) {
    send({ type: "failed", id: null, error: errorData(error) });
    process.exit(1);
  }
}

async function run({ id, job }: Extract<ToKeeper, { type: "job" }>): Promise<void> {
  try {
    if (session === undefined) throw new Error("a job came before the start");
    send({ type: "done", id, report: await session.run(job) });
  } catch (error) {
    send({ type: "failed", id, error: errorData(error) });
  }
}

async function stop(): Promise<void> {
  try {
    await session?.close();
  } finally {
    process.exit(0);
  }
}

function errorData(error: unknown): ErrorData {
  if (!(error instanceof WeirError)) return { code: "internal", kind: "internal", message: messageOf(error) };
  const { code, kind, message, place, next } = error;
  return { code, kind, message, ...(place !== undefined && { place }), ...(next !== undefined && { next }) };
}

function send(message: FromKeeper): void {
  if (process.connected) process.send?.(message, () => undefined);
}
