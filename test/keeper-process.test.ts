import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { FromKeeper, KeeperConfig, ToKeeper } from "../src/app/serving/messages.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-keeper-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("does what it is told while it is still starting: no job is refused, no change of the sources is lost", async () => {
  const logs = join(folder, "logs");
  mkdirSync(logs);
  const config: KeeperConfig = {
    dataDir: join(folder, "lake"),
    sources: [],
    pushed: [],
    retention: {},
    maintenance: { everyMs: 3_600_000 },
  };
  const child = fork("dist/app/serving/keeper-process.js", { serialization: "advanced", execArgv: [] });
  const heard: FromKeeper[] = [];
  const told = new Promise<void>((resolve) => {
    child.on("message", (message: FromKeeper) => {
      heard.push(message);
      const isAnswered = heard.some(({ type }) => type === "done" || type === "failed");
      const watched = heard.flatMap((each) =>
        each.type === "event" && each.event.kind === "sources" ? [each.event.sources.map(({ name }) => name)] : [],
      );
      if (isAnswered && watched.at(-1)?.includes("logs") === true) resolve();
      if (message.type === "failed") resolve();
    });
  });
  const send = (message: ToKeeper): void => void child.send(message);
  send({ type: "start", config });
  send({ type: "sources", kept: { sources: [{ name: "logs", folder: logs, everyMs: 60_000 }], pushed: [] } });
  send({ type: "job", id: 1, job: { kind: "upload", label: "upload", files: [] } });
  await told;
  expect(heard.filter(({ type }) => type === "failed")).toEqual([]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  send({ type: "stop" });
  expect(await ended).toBe(0);
});
