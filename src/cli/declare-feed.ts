import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { countOption, withData, withExamples, type Finish } from "./options.ts";

/** Commands that feed the lake: ingest. */
export function declareFeed(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Feed:");
  const ingest = withData(
    program
      .command("ingest")
      .description("read flow logs into the lake, each object once")
      .argument("<path...>", "files and folders (with all below); - is standard input"),
  )
    .addOption(new Option("--format <format>", "how to print the report").choices(["table", "json"]).default("table"))
    .option("--json", "short for --format json")
    .option("--log-format <fields>", "the fields of AWS logs without a header line, as in ${srcaddr} ${dstaddr} …")
    .option("--workers <count>", "reading processes (one a core, four at most)", countOption)
    .option("--final", "count last lines without an end also in files that were just written")
    .option("--no-derive", "only keep the records; `weir store derive` assembles conversations later")
    .option("--reread", "read everything again, also what is unchanged, in place of what was read before");
  withExamples(
    ingest,
    "weir ingest ./logs",
    "aws s3 sync s3://my-flow-logs ./logs && weir ingest ./logs",
    "zcat flows.log.gz | weir ingest - --json",
  ).action((paths: string[], options) =>
    finish(import("./commands/ingest.ts").then(({ runIngest }) => runIngest(console, paths, options))),
  );
}
