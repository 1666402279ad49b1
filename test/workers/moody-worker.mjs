/**
 * A worker that dies over objects: the real one, but reading an object whose name says `deadly` kills it, and one that says
 * `moody` does so the first time.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

let dataDir = "";

function dieOver(message) {
  if (message.kind === "start") dataDir = message.config.dataDir;
  for (const { path } of message.kind === "read" ? message.tasks : []) {
    const mark = join(dataDir, "tmp", "was-moody");
    const isMoody = path.includes("moody") && !existsSync(mark);
    if (isMoody) writeFileSync(mark, "");
    if (isMoody || path.includes("deadly")) process.kill(process.pid, "SIGKILL");
  }
}

const on = process.on.bind(process);
process.on = (name, listener) =>
  on(name, (message) => {
    if (name === "message") dieOver(message);
    listener(message);
  });
await import(pathToFileURL(resolve("dist/collect/worker.js")).href);
