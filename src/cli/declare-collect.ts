import type { Command } from "commander";
import type { Console } from "./console.ts";
import { countOption, withData, withExamples, type Finish } from "./options.ts";

/** Commands about places that logs are collected from. */
export function declareCollect(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Feed:");
  const collect = withData(
    program.command("collect").description("read what is new at the sources of weir.yaml, each object once"),
  )
    .option("--config <file>", "the configuration (DATA/weir.yaml)")
    .option("--source <name...>", "only these sources")
    .option("--follow", "go on until it is interrupted, each source at its interval")
    .option("--from <time>", "only objects from this time on, whatever was seen before: fills a gap")
    .option("--to <time>", "… and until this time")
    .option("--workers <count>", "reading processes (one a core, four at most)", countOption)
    .option("--json", "print the report as JSON");
  withExamples(collect, "weir collect", "weir collect --source production --from 2026-03-01 --to 2026-03-03").action(
    (options) => finish(import("./commands/collect.ts").then(({ runCollect }) => runCollect(console, options))),
  );
}
