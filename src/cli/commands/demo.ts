import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  askQuery,
  askWhy,
  demoQuestions,
  lakeStatus,
  loadDemoNames,
  lookAtDemo,
  removeDemo,
  writeDemo,
  type DemoQuestion,
} from "#app/index.js";
import type { Console } from "../console.ts";
import type { DataOption } from "../options.ts";
import { counted } from "#base/human.js";
import { ingestWithProgress, printReport } from "./ingest.ts";
import { printAnswerTable } from "../output/print-answer.ts";
import { safeText } from "../output/safe-text.ts";
import { topMeasures } from "./top.ts";
import { printVerdict } from "./why.ts";

/** What the clouds say of themselves: no logs. */
const INVENTORY = "inventory";

interface DemoCommandOptions extends DataOption {
  readonly write?: string;
  readonly fresh?: boolean;
  readonly seed: number;
  readonly hours: number;
  readonly scale: number;
  /** Not given: on a terminal. */
  readonly serve?: boolean;
  readonly open: boolean;
  readonly port: number;
}

/** `weir demo`: writes a small world of two clouds, reads it like any logs, and shows a first screen. */
export async function runDemo(console: Console, options: DemoCommandOptions): Promise<number> {
  const { seed, hours, scale } = options;
  const world = { seed, hours, scale, endMs: lastFullHour() };
  if (options.write !== undefined) {
    const dir = resolve(console.cwd, options.write);
    await writeDemo(dir, world, () => undefined);
    await console.out.line(
      `The demo world's logs are in ${dir}, its inventories and names in ${INVENTORY} beside them.`,
    );
    await console.out.line("What really happened in it is in truth.json and truth-conversations.jsonl.");
    await console.out.line(
      `Read it with: weir ingest ${folders(dir)
        .map((name) => join(options.write ?? "", name))
        .join(" ")}`,
    );
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
  const names = await loadDemoNames(dataDir, logs);
  await tell(`${counted(names, "name")} from the clouds' inventories and a names.yaml`);
  const paths = folders(logs).map((name) => join(logs, name));
  const report = await ingestWithProgress(console, dataDir, paths, { final: true });
  if (report.stopped) return 130;
  await printReport(report, console);
  const shown = options.data ?? "weir-demo";
  await firstScreen(console, { dataDir, logs, shown });
  if (options.serve ?? (console.out.isTerminal && console.stdin.isTTY)) await goOn(console, dataDir, options);
  else await goOnWith(console, `weir serve --data ${shown}`, "the console in the browser");
  return 0;
}

/** Serves the page on the world, and opens it. */
async function goOn(
  console: Console,
  dataDir: string,
  { port, open }: Pick<DemoCommandOptions, "port" | "open">,
): Promise<void> {
  const { defaultConfig } = await import("#config/index.js");
  const { serverConfig } = await import("./serve.ts");
  const { openBrowser, serveAtFreePort } = await import("../serving.ts");
  const { out } = console;
  await serveAtFreePort(
    serverConfig(dataDir, defaultConfig, { port, cwd: console.cwd, env: console.env }),
    async (url) => {
      await heading(console, `The console is at ${out.style(url, "cyan")}`);
      await out.line(out.style("Ctrl-C ends it.", "dim"));
      if (open) openBrowser(url, console);
    },
  );
}

async function goOnWith({ out }: Console, command: string, what: string): Promise<void> {
  for (const line of [out.style(`# ${what}`, "dim"), out.style(command, "cyan")]) await out.line(`  ${line}`);
}

/** The folders of the clouds. Beside them lies what is no log: the truth about the world, and inventories. */
function folders(logs: string): string[] {
  const entries = readdirSync(logs, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== INVENTORY).map(({ name }) => name);
}

interface DemoPlaces {
  readonly dataDir: string;
  readonly logs: string;
  /** The lake as the commands on the screen name it. */
  readonly shown: string;
}

async function firstScreen(console: Console, { dataDir, logs, shown }: DemoPlaces): Promise<void> {
  const { out } = console;
  const { tables } = await lakeStatus(dataDir);
  if (!tables.some(({ rows }) => rows > 0)) return;
  const request = { moreMeasures: topMeasures, others: true, nowMs: Date.now() };
  await heading(console, "Who talks most, each byte counted once though both ends and the way between logged it");
  const by = ["client_ip", "server_ip", "service"];
  await printAnswerTable(await askQuery(dataDir, { ...request, by, limit: 6 }), console, "brief");
  await heading(console, "What is refused, and on which side");
  const denied = { by: ["service", "decided_at"], measures: ["denied"], limit: 4 };
  await printAnswerTable(await askQuery(dataDir, { ...request, ...denied }), console, "brief");
  const questions = await demoQuestions(dataDir, logs);
  const [first] = questions;
  if (first !== undefined) {
    await heading(console, `Somebody says: ${safeText(first.asked)}`);
    await out.line(out.style(`$ ${whyCommand(first)}`, "cyan"));
    await printVerdict(await askWhy(dataDir, { ...first, nowMs: Date.now() }), console);
  }
  await heading(console, "Go on with");
  for (const [command, what] of nextCommands(questions)) await goOnWith(console, `${command} --data ${shown}`, what);
}

async function heading({ out }: Console, text: string): Promise<void> {
  await out.line();
  await out.line(out.style(text, "bold"));
}

const whyCommand = ({ client, server }: DemoQuestion): string => `weir why ${quoted(client)} ${quoted(server)}`;

/** A name with spaces is one argument. */
const quoted = (text: string): string => (/^[\w.:/[\]-]+$/.test(text) ? text : `"${text}"`);

function nextCommands(questions: readonly DemoQuestion[]): (readonly [command: string, what: string])[] {
  return [
    ...questions.slice(1, 3).map((question) => [whyCommand(question), question.asked] as const),
    ['weir query "verdict = denied" --by client_ip,service --measure denied', "who is refused, and where"],
    ["weir top --by ip", "who talks, at either end"],
    ["weir doctor", "whether these answers can be trusted"],
    ['weir sql "SELECT class, verdict, state, count(*) FROM conversations GROUP BY ALL"', "your own question"],
  ];
}

function lastFullHour(): number {
  return Math.floor(Date.now() / 3_600_000) * 3_600_000;
}
