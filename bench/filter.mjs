/**
 * Parsing and checking a filter: warm, over filters as people write them, and cold, in a process of its own with the loading of
 * the module. Prints a table, or with --json one line.
 * Usage: node bench/filter.mjs [--json]   (needs npm run build)
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const door = new URL("../dist/filter/index.js", import.meta.url).href;
const TARGET_MS = 1;

const filters = [
  "server.port = 443",
  "client.ip in 10.0.0.0/8 and server.port = 443 and verdict = denied",
  "client.ip in 10.0.0.0/8 and server.port = 443 and verdict = denied and not server.region in (eu-central-1, us-east-1)",
  "(verdict = deny or verdict = drop) and client.bytes > 10MB and service in (443/tcp, 53/udp, 1-1024/tcp)",
  "client.name like web-* and server.role != nat and rule ~ ^allow- and start_time >= 2026-03-03T14:00:00Z",
  "client.az != server.az and client.account is known and ip = 2001:db8::/32 and port not in (22, 80, 8000-8999)",
  `server.ip in (${Array.from({ length: 50 }, (_, at) => `192.0.2.${at}`).join(", ")})`,
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function warm() {
  const { parseFilter } = await import(door);
  for (let round = 0; round < 500; round++) for (const text of filters) parseFilter(text, "conversations");
  return filters.map((text) => {
    const times = Array.from({ length: 500 }, () => {
      const began = performance.now();
      parseFilter(text, "conversations");
      return performance.now() - began;
    });
    return { text, ms: median(times), slowest: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] };
  });
}

/** What the first filter of a process costs: loading the language, and the first parse. */
const coldScript = `
  const began = performance.now();
  const { parseFilter } = await import(${JSON.stringify(door)});
  const loaded = performance.now();
  parseFilter(${JSON.stringify(filters[2])}, "conversations");
  console.log(JSON.stringify({ load: loaded - began, first: performance.now() - loaded }));
`;
function cold() {
  const args = ["--input-type=module", "--eval", coldScript];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const runs = Array.from({ length: 7 }, () =>
    JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: "utf8" })),
  );
  return { load: median(runs.map(({ load }) => load)), first: median(runs.map(({ first }) => first)) };
}

const results = await warm();
const { load, first } = cold();
const worst = Math.max(...results.map(({ ms }) => ms));
const round = (ms) => Number(ms.toFixed(3));
if (process.argv.includes("--json")) {
  const parse = { median: round(median(results.map(({ ms }) => ms))), slowest_filter: round(worst) };
  const report = { what: "filter", parse_ms: parse, cold_ms: { load: round(load), first_parse: round(first) } };
  console.log(JSON.stringify({ ...report, target_ms: TARGET_MS, met: worst <= TARGET_MS }));
} else {
  for (const { text, ms, slowest } of results)
    console.log(
      `${ms.toFixed(3)} ms  (p99 ${slowest.toFixed(3)})  ${text.length > 90 ? `${text.slice(0, 89)}…` : text}`,
    );
  console.log(`cold: loading ${load.toFixed(1)} ms, first parse ${first.toFixed(1)} ms`);
  console.log(`${worst <= TARGET_MS ? "ok" : "MISS"}: at most ${worst.toFixed(3)} ms (target ${TARGET_MS} ms)`);
}
