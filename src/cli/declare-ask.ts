import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { declareQuery, declareTop } from "./declare-query.ts";
import { declareTail } from "./declare-tail.ts";
import { countOption, durationOption, withData, withExamples, withFormat, type Finish } from "./options.ts";

/** Commands that ask: top, query, sql, why, tail. */
export function declareAsk(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Ask:");
  declareTop(program, console, finish);
  declareQuery(program, console, finish);
  declareSql(program, console, finish);
  declareWhy(program, console, finish);
  declareTail(program, console, finish);
}

function declareSql(program: Command, console: Console, finish: Finish): void {
  const sql = withData(
    withFormat(
      program
        .command("sql")
        .description("ask in SQL, read-only")
        .argument("<query>", "one SELECT or EXPLAIN; - reads it from standard input"),
    ),
  )
    .addOption(
      new Option("--timeout <time>", "the longest a query may take, such as 90s or 5m")
        .argParser(durationOption)
        .default(60_000, "1m"),
    )
    .option("--max-rows <rows>", "more rows than this are an error", countOption, 1_000_000)
    .option("--memory <megabytes>", "memory that the query may use", countOption, 2000);
  withExamples(
    sql,
    'weir sql "SELECT action, count(*) FROM flows GROUP BY action"',
    "weir sql \"SELECT * FROM flows WHERE src_ip = ip('10.0.0.5') ORDER BY time LIMIT 20\"",
    "weir sql \"SELECT sum(src_bytes) FROM flows WHERE in_cidr(dst_ip, '10.0.0.0/8')\" --json",
    "weir sql - < query.sql",
    "",
    'Tables: flows, conversations, observations, rollup_minute, rollup_hour, presence, observers, carry, coverage, malformed, objects, segments. `weir sql "DESCRIBE flows"` lists columns.',
    "Addresses: ip('10.0.0.1'), in_cidr(column, '10.0.0.0/8'), ip_text(column).",
    "JSON writes whole numbers with all their digits, whatever their size; times are in UTC.",
  ).action((query: string, options) =>
    finish(import("./commands/sql.ts").then(({ runSql }) => runSql(console, query, options))),
  );
}

function declareWhy(program: Command, console: Console, finish: Finish): void {
  const why = withData(
    withFormat(
      program
        .command("why")
        .description("what became of A's attempts to reach B, in one sentence, with the records that say so")
        .argument("<from>", "who asks: an address, a block, a name, or the id of an interface, instance or network")
        .argument(
          "<to>",
          "who is asked, with port and protocol: 10.0.2.20:5432, db-1:53/udp, 10.0.2.0/24, [fd00::1]:443",
        ),
      ["table", "json"],
    ),
  )
    .option("--from <time>", "start: RFC 3339, a date, or -2h (24 h before the end)")
    .option("--to <time>", "end, not included (the full minute at which the newest flow has ended)")
    .addOption(
      new Option(
        "--expect <verdict>",
        "exit with 1 unless it is allowed now, or nothing got through in all this time",
      ).choices(["allowed", "denied"]),
    );
  withExamples(
    why,
    "weir why 10.0.1.10 10.0.2.20:5432",
    "weir why web-1 db-1:5432 --from -2h",
    "weir why 10.0.1.10 10.0.2.20:53/udp",
    "weir why 10.0.1.10 10.0.2.20:22 --expect denied && echo still closed",
  ).action((from: string, to: string, options) =>
    finish(import("./commands/why.ts").then(({ runWhy }) => runWhy(console, from, to, options))),
  );
}
