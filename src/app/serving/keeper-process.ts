/** The entry of the process that keeps a lake while it is served. It shares nothing with the server but messages. */
import { messageOf, WeirError } from "#base/errors.js";
import { KeeperSession } from "./keeper-session.ts";
import type { ErrorData, FromKeeper, ToKeeper } from "./messages.ts";

/** What comes while the lake is being opened waits for it: a lake that was left by a crash can take a while. */
let session: Promise<KeeperSession> | undefined;

process.on("message", (message: ToKeeper) => {
  if (message.type === "start") start(message);
  else if (message.type === "job") void run(message);
  else if (message.type === "sources") void session?.then((open) => open.watch(message.kept));
  else void stop();
});
// The server is gone, perhaps killed: nothing needs clearing up that recovery would not. An orderly exit could wait for DuckDB for ever.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Ctrl-C reaches the whole group; the server says when to stop.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

function start({ config }: Extract<ToKeeper, { type: "start" }>): void {
  session = KeeperSession.open(config, (event) => send({ type: "event", event })).then((open) => {
    send({ type: "ready" });
    open.begin();
    return open;
  });
  session.catch((error: unknown) => {
    send({ type: "failed", id: null, error: errorData(error) });
    process.exit(1);
  });
}

async function run({ id, job }: Extract<ToKeeper, { type: "job" }>): Promise<void> {
  try {
    if (session === undefined) throw new Error("a job came before the start");
    send({ type: "done", id, report: await (await session).run(job) });
  } catch (error) {
    send({ type: "failed", id, error: errorData(error) });
  }
}

async function stop(): Promise<void> {
  try {
    await (await session)?.close();
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
