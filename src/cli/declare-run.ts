import { Option, type Command } from "commander";
import { betterTools } from "#model/better-log.js";
import type { LogsOptions } from "./commands/doctor-logs.ts";
import type { Console } from "./console.ts";
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

function declareDoctor(program: Command, console: Console, finish: Finish): void {
  const doctor = withData(
    withFormat(
      program.command("doctor").description("whether answers can be trusted: the lake, the logs, their gaps"),
      ["table", "json"],
    ),
  )
    .option("--from <time>", "start of the logs to judge: RFC 3339, a date, or -2h (24 h before the end)")
    .option("--to <time>", "their end, not included (the full minute after the newest flow)")
    .option("--logs", "what each flow log can answer, what it lacks, and why that matters")
    .option("--flow-log <id>", "of --logs, only this one: its id, its name, or the last part of either")
    .addOption(
      new Option("--better <tool>", "print flow logs that can answer more, as text for a tool").choices(betterTools),
    )
    .addOption(
      new Option("--migration", "from NSG to VNet flow logs: what is missing, and how both compare").conflicts([
        "logs",
        "better",
        "flowLog",
      ]),
    );
  withExamples(
    doctor,
    "weir doctor",
    "weir doctor --from -7d",
    "weir doctor --json | jq '.checks[] | select(.level == \"bad\")'",
    "weir doctor --logs",
    "weir doctor --logs --better terraform > flow-logs.tf",
    "weir doctor --migration --from -7d",
  ).action((options: LogsOptions & { readonly logs?: boolean; readonly migration?: boolean }) =>
    finish(
      options.migration === true
        ? import("./commands/doctor-migration.ts").then(({ runDoctorMigration }) =>
            runDoctorMigration(console, options),
          )
        : options.logs === true || options.better !== undefined || options.flowLog !== undefined
          ? import("./commands/doctor-logs.ts").then(({ runDoctorLogs }) => runDoctorLogs(console, options))
          : import("./commands/doctor.ts").then(({ runDoctor }) => runDoctor(console, options)),
    ),
  );
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
