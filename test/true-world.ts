import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askWhy, writeDemo, type PathAnswer } from "../src/app/index.ts";

/** One conversation that really happened. */
export interface TrueLine {
  readonly client_ip: string;
  readonly server_ip: string;
  readonly server_port: number;
  readonly protocol: number;
  readonly start: number;
  readonly incident: string | null;
  readonly translated: boolean;
}

interface Truth {
  readonly endMs: number;
  readonly incidents: readonly { id: string; fromMs: number; toMs: number; entities: { flowLogs: string[] } }[];
  readonly world: { hosts: { name: string; ip: string }[]; networks: { name: string; flowLog: string }[] };
}

/** A demo world of six hours in a folder of its own, always the same, and what really happened in it. */
export class TrueWorld {
  readonly folder = mkdtempSync(join(tmpdir(), "weir-why-"));
  readonly logs = join(this.folder, "logs");
  truth: Truth = { endMs: 0, incidents: [], world: { hosts: [], networks: [] } };
  lines: readonly TrueLine[] = [];

  async write(): Promise<void> {
    const world = { seed: 11, hours: 6, scale: 1, endMs: Date.parse("2026-03-04T15:00Z") };
    await writeDemo(this.logs, world, () => undefined);
    this.truth = JSON.parse(readFileSync(join(this.logs, "truth.json"), "utf8")) as Truth;
    const text = readFileSync(join(this.logs, "truth-conversations.jsonl"), "utf8");
    this.lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TrueLine);
  }

  ip(name: string): string {
    return this.truth.world.hosts.find((host) => host.name === name)!.ip;
  }

  flowLogOf(network: string): string {
    return this.truth.world.networks.find(({ name }) => name === network)!.flowLog;
  }

  incident(id: string): Truth["incidents"][number] {
    return this.truth.incidents.find((each) => each.id === id)!;
  }

  /** The first conversation of an incident that a test accepts. */
  line(id: string, isWanted: (line: TrueLine) => boolean = () => true): TrueLine {
    return this.lines.find((line) => line.incident === id && isWanted(line))!;
  }

  async why(
    dir: string,
    client: string,
    server: string,
    time: { from?: string; to?: string } = {},
  ): Promise<PathAnswer> {
    return askWhy(dir, { client, server, ...time, nowMs: this.truth.endMs });
  }
}
