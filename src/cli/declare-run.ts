import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { declareDoctor } from "./declare-doctor.ts";
import { declareExport } from "./declare-export.ts";
import {
  countOption,
  durationOption,
  graceOption,
  listOption,
  withData,
  withExamples,
  withFormat,
  type Finish,
} from "./options.ts";

/** Commands that run the product: demo, status, malformed, store, export. */
export function declareRun(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Run:");
  withExamples(
    withData(
      withFormat(program.command("status").description("what is in the lake, and what could not be read"), [
        "table",
        "json",
      ]),
    ),
    "weir status",
    "weir status --json | jq .records",
  ).action((options) => finish(import("./commands/status.ts").then(({ runStatus }) => runStatus(console, options))));
  declareDoctor(program, console, finish);
  const malformed = withData(
    withFormat(program.command("malformed").description("records that could not be read, with place and text")),
  )
    .option("--reason <reason>", "only these reasons, with commas", listOption)
    .option("--object <part>", "only objects whose key holds this")
    .option("-n, --limit <rows>", "records", countOption, 50);
  withExamples(malformed, "weir malformed", "weir malformed --reason token-count --limit 500 --format csv").action(
    (options) => finish(import("./commands/malformed.ts").then(({ runMalformed }) => runMalformed(console, options))),
  );
  declareExport(program, console, finish);
  declareStore(program, console, finish);
}

function declareStore(program: Command, console: Console, finish: Finish): void {
  const store = program.command("store").description("the lake's files: compact, expire, check, list");
  withExamples(store, "weir store compact", "weir store expire --older-than 14d", "weir store files --format duckdb");
  const formats = ["table", "json"] as const;
  const compact = withData(
    withFormat(store.command("compact").description("join small files of hours that are over"), formats),
  );
  withExamples(compact, "weir store compact").action((options) =>
    finish(import("./commands/store-maintenance.ts").then(({ runCompact }) => runCompact(console, options))),
  );
  const derive = withData(
    withFormat(store.command("derive").description("assemble conversations of the hours whose flows changed"), formats),
  ).option("--rebuild", "of all hours whose flows are still there");
  withExamples(derive, "weir store derive", "weir store derive --rebuild").action((options) =>
    finish(import("./commands/store-derive.ts").then(({ runDerive }) => runDerive(console, options))),
  );
  const expire = withData(
    withFormat(store.command("expire").description("delete rows that are older than they may be"), formats),
  )
    .option(
      "--older-than <time>",
      "the longest that rows are kept, such as 14d (14 days, malformed 30)",
      durationOption,
    )
    .option("--table <tables>", "only these tables, with commas", listOption)
    .option("--dry-run", "only say what would go");
  withExamples(expire, "weir store expire --dry-run", "weir store expire --older-than 14d --table flows").action(
    (options) => finish(import("./commands/store-maintenance.ts").then(({ runExpire }) => runExpire(console, options))),
  );
  const check = withData(withFormat(store.command("check").description("compare the catalog with the files"), formats))
    .option("--deep", "also read every value of every file")
    .option(
      "--grace <time>",
      "remove files that nobody lists or needs any more at this age, such as 0 or 10m; by default only what dead writers left, after 10m",
      graceOption,
    )
    .option("--repair", "take missing and damaged files off the list; ingest then reads their objects again");
  withExamples(check, "weir store check --deep", "weir store check --repair && weir ingest ./logs").action((options) =>
    finish(import("./commands/store-maintenance.ts").then(({ runCheck }) => runCheck(console, options))),
  );
  const files = withData(
    store.command("files").description("the live files, for other engines; never list the folders instead"),
  )
    .option("--table <table>", "flows, coverage or malformed", "flows")
    .addOption(
      new Option("--format <format>", "a list, a manifest, or a statement for an engine")
        .choices(["table", "json", "duckdb", "clickhouse"])
        .default("table"),
    )
    .option("--json", "short for --format json");
  withExamples(files, "weir store files", 'duckdb -c "$(weir store files --format duckdb) LIMIT 5"').action((options) =>
    finish(import("./commands/store.ts").then(({ runFiles }) => runFiles(console, options))),
  );
}
