import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { countOption, withData, withExamples, type Finish } from "./options.ts";

export function declareTail(program: Command, console: Console, finish: Finish): void {
  const tail = withData(
    program
      .command("tail")
      .description("conversations as they are derived: + new, ~ changed; Ctrl-C ends it")
      .argument("[filter...]", "only these: server.port = 22 and verdict = denied"),
  )
    .option("--since <time>", "first what is there since then: RFC 3339, a date, or -2h")
    .option("--once", "only what is there (of the newest hour, without --since), and do not wait")
    .option("-n, --count <conversations>", "end after so many", countOption)
    .addOption(new Option("--format <format>", "how to print them").choices(["table", "jsonl"]).default("table"));
  withExamples(
    tail,
    "weir tail",
    'weir tail "verdict = denied and not client.ip in 10.0.0.0/8"',
    "weir tail --since -1h --once --format jsonl",
  ).action((filter: string[], options) =>
    finish(import("./commands/tail.ts").then(({ runTail }) => runTail(console, filter, options))),
  );
}
