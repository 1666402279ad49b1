import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import {
  countOption,
  listOption,
  repeatedOption,
  shareOption,
  withData,
  withExamples,
  withFormat,
  type Finish,
} from "./options.ts";

const DATASETS = ["conversations", "observations", "flows", "coverage", "presence"];
const FILTER = "what counts: 'client.ip in 10.0.0.0/8 and service = 443/tcp and verdict = denied'";

/** What top and query have in common. */
function withQuestion(command: Command): Command {
  return withData(withFormat(command))
    .argument("[filter...]", FILTER)
    .addOption(
      new Option(
        "--dataset <dataset>",
        "what is asked; by default conversations, or flows (records as the logs have them) if only they know all your words",
      ).choices(DATASETS),
    )
    .option("--from <time>", "start: RFC 3339, a date, or -2h (24 h before the end)")
    .option("--to <time>", "end, not included (the full minute at which the newest flow has ended)")
    .option(
      "--compare <time>",
      "beside another time of the same length: previous, 7d earlier, or one that begins at a date",
    )
    .option("--tz <zone>", "time zone in which days and hours begin and are shown, such as Europe/Berlin (UTC)")
    .option("--no-others", "leave out the row that sums up the rest");
}

export function declareTop(program: Command, console: Console, finish: Finish): void {
  const top = withQuestion(
    program.command("top").description("who talks most: conversations or flows grouped, counted and ranked"),
  )
    .option(
      "--by <fields>",
      "fields to group by, with commas: any column, or ip, pair, port, service, account, network, name, hour, day (client_ip)",
      listOption,
    )
    .option(
      "--measure <measures>",
      "what ranks: bytes, packets, conversations, denied, clients, servers, active, rate, p95, …; of flows logged_bytes, packets, flows, denied (bytes)",
      listOption,
    )
    .option("-n, --limit <rows>", "rows", countOption, 10);
  withExamples(
    top,
    "weir top",
    "weir top --by client_ip,server_ip,service --from -24h",
    "weir top --by service --measure denied 'client.ip in 10.0.0.0/8'",
    "weir top --by client_name --compare previous 'server.port = 443'",
    "weir top --by src_ip,dst_port --measure flows",
    "weir top --by ip --json",
  ).action((filter: readonly string[], options) =>
    finish(import("./commands/top.ts").then(({ runTop }) => runTop(console, filter, options))),
  );
}

export function declareQuery(program: Command, console: Console, finish: Finish): void {
  const query = withQuestion(program.command("query").description("ask anything: filter, group, count, over time"))
    .option("--by <fields>", "fields to group by, with commas; without them, the total", listOption)
    .option(
      "--measure <measures>",
      "what is counted, with commas; the first ranks: bytes, conversations, denied, clients, servers, rate, p95, … (bytes)",
      listOption,
    )
    .option("--step <time>", "a series: one row a step for each group; auto, or 5m, 1h, 1d")
    .option("-n, --top <rows>", "groups", countOption, 20)
    .option("--having <condition>", "only groups with it, such as 'bytes > 1GB'; may be repeated", repeatedOption)
    .option("--order <measure>", "what ranks, with :asc for the smallest first (the first measure)")
    .option("--min-coverage <share>", "exit with 4 when less is covered, such as 0.95", shareOption);
  withExamples(
    query,
    "weir query 'verdict = denied' --by client_ip,service --measure denied,servers",
    "weir query --by account --measure bytes --step 1h --from -24h",
    "weir query 'server.ip = 10.0.2.20' --measure p95,rate --from 2026-03-01",
    "weir query --by client_ip --measure servers --having 'servers > 100'",
    "weir query --by service --compare 7d --json",
    "weir query 'ip = 203.0.113.9' --min-coverage 0.99 && echo nothing was missed",
  ).action((filter: readonly string[], options) =>
    finish(import("./commands/query.ts").then(({ runQuery }) => runQuery(console, filter, options))),
  );
}
