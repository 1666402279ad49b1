/** Timing of whole commands, memory of process trees, and the arithmetic of comparing two of them. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process's share of the pages that it uses, bytes. */
function proportional(pid) {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Memory of a process and all that it started, bytes: pages that they share count once (PSS). Linux only: 0 elsewhere. */
function treeMemory(root) {
  const children = new Map();
  try {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const parent = Number(fields[1]);
        children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
      } catch {
        // Ended between the listing and the reading.
      }
    }
  } catch {
    return 0;
  }
  const sum = (pid) => proportional(pid) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}

/** Runs a command to its end. @returns seconds, peak memory of its process tree in bytes, and what it printed */
export async function run(command, args, { env = {} } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  let peak = 0;
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  const sampler = setInterval(() => (peak = Math.max(peak, treeMemory(child.pid))), 200);
  const status = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(sampler);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${status}: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000, peak, stdout, stderr };
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Runs two things in turn, several times, so that noise of the machine meets both.
 * @returns the measurements of each and the median of the ratios of the pairs, second time over first time
 */
export async function pair(ours, baseline, rounds) {
  const our = [];
  const base = [];
  for (let round = 0; round < rounds; round++) {
    base.push(await baseline());
    our.push(await ours());
  }
  const seconds = (all) => all.map((one) => one.seconds);
  return {
    ours: our,
    baseline: base,
    ourSeconds: median(seconds(our)),
    baseSeconds: median(seconds(base)),
    ratio: median(our.map((one, index) => base[index].seconds / one.seconds)),
  };
}
