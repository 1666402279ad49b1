import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "#base/errors.js";
import { writeDemoWorld, type DemoTruth } from "#demo/index.js";
import { TRUTH } from "./demo-place.ts";
import { openCatalogToRead } from "./lake-files.ts";
import { addNames, learnNames } from "./naming.ts";

export interface DemoOptions {
  readonly seed: number;
  readonly hours: number;
  readonly scale: number;
  /** The end of the world's time; hours before it have traffic. */
  readonly endMs: number;
}

export interface DemoProgress {
  readonly done: number;
  readonly total: number;
}

/** What lies where a demo's lake and its logs belong. `other`: something that no demo made. */
export type DemoPlace = "empty" | "demo" | "other";

export function lookAtDemo(lakeDir: string, logsDir: string): DemoPlace {
  if (existsSync(join(logsDir, TRUTH))) return "demo";
  return [lakeDir, logsDir].every((dir) => !existsSync(dir) || readdirSync(dir).length === 0) ? "empty" : "other";
}

/** Deletes a demo's lake and its logs, nothing else. @throws WeirError `not-a-demo` */
export function removeDemo(lakeDir: string, logsDir: string): void {
  if (lookAtDemo(lakeDir, logsDir) === "other") throw notADemo(lakeDir);
  for (const dir of [lakeDir, logsDir]) rmSync(dir, { recursive: true, force: true });
}

export function notADemo(lakeDir: string): WeirError {
  return new WeirError({
    code: "not-a-demo",
    kind: "usage",
    message: "there is something here already that is no whole demo world",
    place: `${lakeDir} and ${lakeDir}-logs`,
    next: "Name another folder with --data. Ask a lake that is there with `weir status --data DIR`.",
  });
}

/** Writes the log files of the demo world into a folder that is empty or not there yet. */
export async function writeDemo(
  dir: string,
  options: DemoOptions,
  onProgress: (progress: DemoProgress) => void,
): Promise<void> {
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new WeirError({
      code: "folder-not-empty",
      kind: "usage",
      message: "the folder for the demo world is not empty",
      place: dir,
      next: "Name a new folder, or empty this one.",
    });
  await writeDemoWorld(dir, options, (done, total) => onProgress({ done, total }));
}

/** What the demo's inventory knows names from; the rest of it is rules and routes. */
const LEARNED = /(?:describe-(?:vpcs|subnets|network-interfaces)|list-accounts|account-list|vnet-list|nic-list)\.json$/;
/** The folder beside the logs with what the clouds say of themselves. */
export const INVENTORY = "inventory";

/** Loads the names that lie beside the demo's logs: people's own, and what the clouds' commands print. @returns how many */
export async function loadDemoNames(lakeDir: string, logsDir: string): Promise<number> {
  const inventory = join(logsDir, INVENTORY);
  const files = readdirSync(inventory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && LEARNED.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const stdin = process.stdin;
  const written = await addNames(lakeDir, { files: [join(inventory, "names.yaml")], stdin });
  const learned = await learnNames(lakeDir, { files, stdin });
  return [...written, ...learned].reduce((sum, { names }) => sum + names, 0);
}

/** A question to `weir why` that a world has an answer to. */
export interface DemoQuestion {
  readonly client: string;
  readonly server: string;
  /** What somebody would say who asks it. */
  readonly asked: string;
}

const complaints: Readonly<Record<string, string>> = {
  "nacl-return-path": "the load test cannot reach the cache",
  "nsg-wrong-subnet": "reports cannot open their files",
  "silent-host": "the new application server does not answer",
  "closed-port": "the monitoring says that a spare server is down",
  "payment-zone-violation": "do report servers read the payment database?",
};

/** Questions about what goes wrong in a demo world, those with the best story first; none where it is too short for them. */
export function demoQuestions(lakeDir: string, logsDir: string): DemoQuestion[] {
  const { incidents } = JSON.parse(readFileSync(join(logsDir, TRUTH), "utf8")) as DemoTruth;
  const catalog = openCatalogToRead(lakeDir);
  try {
    const names = catalog.names();
    // A machine may have a private and a public address of one name.
    const nameOf = (ip: string): string => {
      const named = names.findLast(({ kind, target }) => kind === "block" && target === ip);
      const same = names.filter(({ kind, name }) => kind === "block" && name === named?.name);
      return named === undefined || same.length > 2 ? ip : named.name;
    };
    return Object.entries(complaints).flatMap(([id, asked]) => {
      const {
        clients = [],
        servers = [],
        ports = [],
      } = incidents.find((incident) => incident.id === id)?.entities ?? {};
      const [client, server, port] = [clients[0], servers[0], ports[0]];
      if (client === undefined || server === undefined || port === undefined) return [];
      return [{ client: nameOf(client), server: `${nameOf(server)}:${port}`, asked }];
    });
  } finally {
    catalog.close();
  }
}
