/** The process of one export: rows go out by a pipe of their own, and a reader that is slow makes it wait. */
import { once } from "node:events";
import { Socket } from "node:net";
import { errorData } from "#base/error-data.js";
import { DATA_PIPE } from "./data-pipe.ts";
import { runExport } from "./export-rows.ts";
import type { ExportTask, FromExporter, ToExporter } from "./messages.ts";

const controller = new AbortController();
const out = new Socket({ fd: DATA_PIPE, readable: false, writable: true });
// The reader went away. What is written next fails; until then a query may run for long.
out.on("error", () => controller.abort());

process.on("message", (message: ToExporter) => {
  if (message.type === "cancel") controller.abort();
  else void run(message.task);
});
// The server is gone: nobody waits for the rows.
process.on("disconnect", () => process.exit(1));
// Ctrl-C reaches the whole group; the server ends its processes itself.
process.on("SIGINT", () => undefined);

async function run(task: ExportTask): Promise<void> {
  let last: FromExporter;
  try {
    const begin = ({ from, to }: { from: number; to: number }): void => send({ type: "begun", from, to });
    last = { type: "done", rows: await runExport(task, { begin, write }, controller.signal) };
  } catch (error) {
    last = { type: "failed", error: errorData(error) };
  }
  send(last);
  out.end(() => process.disconnect());
}

async function write(text: string): Promise<void> {
  controller.signal.throwIfAborted();
  if (!out.write(text)) await once(out, "drain", { signal: controller.signal });
}

function send(message: FromExporter): void {
  if (process.connected) process.send?.(message);
}
