import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { countOption, numberOption, repeatedOption, withData, withExamples, type Finish } from "./options.ts";

/** Commands with the console in the browser: serve, demo. */
export function declareServe(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Run:");
  withExamples(
    withData(
      program
        .command("serve")
        .description("the console in the browser and the HTTP API; reads watched folders and derives meanwhile"),
    )
      .option("--host <address>", "address to listen at (127.0.0.1)")
      .option("--port <port>", "port to listen at; 0: any that is free (8400)", numberOption)
      .option(
        "--watch <folder>",
        "read what comes into this folder, every minute; may be given several times",
        repeatedOption,
      )
      .option("--config <file>", "weir.yaml ($WEIR_CONFIG, or the one in the lake's folder)")
      .addOption(
        new Option(
          "--auth <mode>",
          "none: whoever reaches the port is admin, only on this machine; password: people sign in (none at 127.0.0.1, else password)",
        ).choices(["none", "password"]),
      )
      .option("--behind-tls", "a proxy in front ends TLS: cookies are Secure, X-Forwarded-For and -Host are believed")
      .option("--workers <number>", "processes that answer questions, 2 or more (one for each processor)", countOption)
      .option("--memory <mb>", "memory of all of them together (half of the machine's)", countOption)
      .addOption(
        new Option(
          "--log <format>",
          "on standard error: text of what to look at, or json of every request (text on a terminal, else json)",
        ).choices(["text", "json"]),
      )
      .addOption(
        new Option("--log-level <level>", "the least that is logged").choices(["debug", "info", "warn", "error"]),
      ),
    "weir serve",
    "weir serve --watch /srv/flow-logs",
    "weir serve --port 8500 --data ./weir-demo",
    "weir user add anna --role admin && weir serve --host 0.0.0.0",
  ).action((options) => finish(import("./commands/serve.ts").then(({ runServe }) => runServe(console, options))));
  const demo = program
    .command("demo")
    .description("a small world with two clouds, read and shown")
    .option("--data <dir>", "the lake's folder (./weir-demo)")
    .option("--fresh", "make a new world in the place of the one that is there")
    .option("--write <dir>", "only write the world's log files there")
    .option("--seed <number>", "another number, another world", numberOption, 1)
    .option("--hours <hours>", "hours of traffic", countOption, 6)
    .option("--scale <factor>", "how much traffic", countOption, 1)
    .option("--serve", "go on with the page open on it (on a terminal)")
    .option("--no-serve", "end when it is read")
    .option("--no-open", "do not open the browser")
    .option("--port <port>", "port of the page; the next one that is free from here", numberOption, 8400);
  withExamples(demo, "weir demo", "weir demo --write ./demo-logs --hours 24").action((options) =>
    finish(import("./commands/demo.ts").then(({ runDemo }) => runDemo(console, options))),
  );
}
