import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { countOption, numberOption, withData, withExamples, type Finish } from "./options.ts";

/** `serve`: the page and the API. */
export function declareServe(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Run:");
  withExamples(
    withData(program.command("serve").description("the console in the browser, and the HTTP API"))
      .option("--host <address>", "address to listen at", "127.0.0.1")
      .option("--port <port>", "port to listen at; 0: any that is free", numberOption, 8400)
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
    "weir serve --port 8500 --data ./weir-demo",
    "weir user add anna --role admin && weir serve --host 0.0.0.0",
  ).action((options) => finish(import("./commands/serve.ts").then(({ runServe }) => runServe(console, options))));
}
