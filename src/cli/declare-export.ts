import { Option, type Command } from "commander";
import type { ExportTable } from "#app/index.js";
import type { Console } from "./console.ts";
import { withData, withExamples, type Finish } from "./options.ts";

const datasets: Readonly<Record<ExportTable, true>> = {
  conversations: true,
  observations: true,
  flows: true,
  coverage: true,
  presence: true,
  rollup_minute: true,
  rollup_hour: true,
  malformed: true,
  objects: true,
  segments: true,
  observers: true,
  carry: true,
};

/** `export`: a dataset or a query as a file. */
export function declareExport(program: Command, console: Console, finish: Finish): void {
  const command = withData(
    program.command("export").description("write a dataset or a query to a file: CSV, JSON, Parquet, OCSF or ECS"),
  )
    .argument("[filter...]", "what is written: 'client.ip in 10.0.0.0/8 and verdict = denied'; without it, all")
    .addOption(
      new Option("--dataset <name>", "what to write, by default flows")
        .choices(Object.keys(datasets))
        // The choices are for help and completion: a mistyped word is answered with the nearest right one.
        .argParser((word) => word),
    )
    .option("--sql <query>", "a SELECT in place of a dataset")
    .addOption(
      new Option(
        "--format <format>",
        "by default as the file's name ends; ocsf and ecs are JSON lines of flows or conversations",
      ).choices(["csv", "json", "jsonl", "parquet", "ocsf", "ecs"]),
    )
    .option("-o, --output <file>", "the file; - is standard output", "-")
    .option("--from <time>", "only rows from this time on: RFC 3339, a date, or -2h")
    .option("--to <time>", "only rows before this time")
    .addOption(
      new Option("--order <by>", "time: sorted, the same way always; else in the order of the lake's files").choices([
        "time",
      ]),
    )
    .option("--all-columns", "also columns without any value")
    .option("--force", "replace the file if it exists");
  withExamples(
    command,
    "weir export -o flows.parquet",
    "weir export --dataset conversations --from 2026-03-03 --to 2026-03-04 -o day.csv",
    "weir export 'src.ip = 10.0.0.5 and action = deny' --order time -o denied.csv",
    "weir export --dataset conversations --format ocsf --order time | gzip > events.jsonl.gz",
    "weir export --sql \"SELECT * FROM flows WHERE action = 'deny'\" -o denied.jsonl",
  ).action((filter: readonly string[], options) =>
    finish(import("./commands/export.ts").then(({ runExport }) => runExport(console, filter, options))),
  );
}
