/** A thread with a connection of its own to the catalog: it may wait for a lock, the server's thread may not. */
import { parentPort, workerData } from "node:worker_threads";
import { errorData } from "#base/error-data.js";
import { openCatalog, type AccessTables, type Catalog } from "#catalog/index.js";
import { callMethod, type AccessMethod } from "./access-writer.ts";
import type { FromWriter, ToWriter } from "./writer-messages.ts";

const catalog = open();

function open(): Catalog | undefined {
  try {
    const opened = openCatalog(String(workerData), { mode: "write" });
    send({ type: "open" });
    return opened;
  } catch (error) {
    send({ type: "not-open", error: errorData(error) });
    return undefined;
  }
}

parentPort?.on("message", (message: ToWriter) => {
  if (message.type === "close" || catalog === undefined) {
    catalog?.close();
    parentPort?.close();
    return;
  }
  const { id, method, args } = message;
  try {
    const result = callMethod(catalog.access, method, args as Parameters<AccessTables[AccessMethod]>);
    send({ type: "done", id, result });
  } catch (error) {
    send({ type: "failed", id, error: errorData(error) });
  }
});

function send(message: FromWriter): void {
  parentPort?.postMessage(message);
}
