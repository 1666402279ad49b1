/** Timing of whole commands, memory of process trees, and the arithmetic of comparing two of them. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Pages of a process in memory, bytes: all of them, and its share of those that others use, too. */
function memoryOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const bytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
    return { resident: bytes("Rss"), shared: bytes("Pss") };
  } catch {
    return { resident: 0, shared: 0 };
  }
}

/**
 * Memory of a process and all that it started, bytes. `resident` counts a page that several use once for each, `shared` once
 * in all. Linux only: 0 elsewhere.
 */
export function treeMemory(root) {
  const children = new Map();
  try {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
      } catch {
        // Ended between the listing and the reading.
      }
    }
  } catch {
    return { resident: 0, shared: 0 };
  }
  const sum = (pid) => {
    const total = memoryOf(pid);
    for (const child of children.get(pid) ?? []) {
      const more = sum(child);
      total.resident += more.resident;
      total.shared += more.shared;
    }
    return total;
  };
  return sum(root);
}

/** Runs a command to its end. @returns seconds, peak memory of its process tree, and what it printed */
export async function run(command, args, { env = {} } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  const peak = { resident: 0, shared: 0 };
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  const sampler = setInterval(() => {
    const now = treeMemory(child.pid);
    peak.resident = Math.max(peak.resident, now.resident);
    peak.shared = Math.max(peak.shared, now.shared);
  }, 100);
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
