import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { askQuery, lakeStatus, lookAtDemo, removeDemo, writeDemo } from "#app/index.js";
import type { Console } from "../console.ts";
import type { DataOption } from "../options.ts";
import { counted } from "../output/human.ts";
import { ingestWithProgress, printReport } from "./ingest.ts";
import { printAnswerTable } from "../output/print-answer.ts";
import { topMeasures } from "./top.ts";

/** What the clouds say of themselves: no logs. */
const INVENTORY = "inventory";

interface DemoCommandOptions extends DataOption {
  readonly write?: string;
  readonly fresh?: boolean;
  readonly seed: number;
  readonly hours: number;
  readonly scale: number;
}

/** `weir demo`: writes a small world of two clouds, reads it like any logs, and shows a first screen. */
export async function runDemo(console: Console, options: DemoCommandOptions): Promise<number> {
  const { seed, hours, scale } = options;
  const world = { seed, hours, scale, endMs: lastFullHour() };
  if (options.write !== undefined) {
    const dir = resolve(console.cwd, options.write);
    await writeDemo(dir, world, () => undefined);
    await console.out.line(`The demo world's logs are in ${dir}`);
    await console.out.line(`Read them with: weir ingest ${options.write}`);
    return 0;
  }
  const dataDir = resolve(console.cwd, options.data ?? "weir-demo");
  // Beside the lake and kept, so that every number leads back to a file that is there.
  const logs = `${dataDir}-logs`;
  if (options.fresh === true) await removeDemo(dataDir, logs);
  const place = await lookAtDemo(dataDir, logs);
  const tell = (text: string): Promise<void> => console.err.line(console.err.style(text, "dim"));
  await tell(`lake: ${dataDir}`);
  if (place === "demo")
    await tell(`there is a demo world here already, with its logs in ${logs}; --fresh makes a new one in its place`);
  else {
    await tell(`writing ${counted(hours, "hour")} of logs of two clouds to ${logs} …`);
    await writeDemo(logs, world, () => undefined);
  }
  // The folders of the clouds; beside them lies the truth about the world, which is no log.
  const clouds = readdirSync(logs, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== INVENTORY,
  );
  const paths = clouds.map(({ name }) => join(logs, name));
  const report = await ingestWithProgress(console, dataDir, paths, { final: true });
  if (report.stopped) return 130;
  await printReport(report, console);
  await firstScreen(console, dataDir, options.data ?? "weir-demo");
  return 0;
}

async function firstScreen(console: Console, dataDir: string, shownDir: string): Promise<void> {
  const { out } = console;
  const { tables } = await lakeStatus(dataDir);
  if (!tables.some(({ rows }) => rows > 0)) return;
  await out.line();
  const request = { moreMeasures: topMeasures, others: true, nowMs: Date.now() };
  const by = ["client_ip", "server_ip", "service"];
  await printAnswerTable(await askQuery(dataDir, { ...request, by, limit: 8 }), console, "brief");
  await out.line();
  const denied = { by: ["service", "decided_at"], measures: ["denied"], limit: 5 };
  await printAnswerTable(await askQuery(dataDir, { ...request, ...denied }), console, "brief");
  await out.line();
  await out.line(out.style("Go on with", "bold"));
  const commands = [
    [`weir top --by ip --data ${shownDir}`, "who talks, at either end"],
    [`weir top --by account --data ${shownDir}`, "how much each account moves"],
    [`weir status --data ${shownDir}`, "what was read, and what could not be"],
    [
      `weir sql "SELECT class, verdict, state, count(*) FROM conversations GROUP BY ALL" --data ${shownDir}`,
      "your own question",
    ],
  ] as const;
  for (const [command, what] of commands) {
    await out.line(`  ${out.style(`# ${what}`, "dim")}`);
    await out.line(`  ${out.style(command, "cyan")}`);
  }
}

function lastFullHour(): number {
  return Math.floor(Date.now() / 3_600_000) * 3_600_000;
}
