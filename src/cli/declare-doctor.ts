import { Option, type Command } from "commander";
import { betterTools } from "#model/better-log.js";
import type { LogsOptions } from "./commands/doctor-logs.ts";
import type { Console } from "./console.ts";
import { withData, withExamples, withFormat, type Finish } from "./options.ts";

interface DoctorOptions extends LogsOptions {
  readonly logs?: boolean;
  readonly migration?: boolean;
  readonly config?: string;
}

/** `weir doctor`: whether answers can be trusted, what logs can answer, and why something of a source is missing. */
export function declareDoctor(program: Command, console: Console, finish: Finish): void {
  const doctor = withData(
    withFormat(
      program
        .command("doctor")
        .description(
          "whether answers can be trusted: the lake, the logs, their gaps; of a source, why something is missing",
        )
        .argument("[source]", "one source of weir.yaml: looks at its place, and at what was read of it"),
      ["table", "json"],
    ),
  )
    .option("--from <time>", "start of the logs to judge: RFC 3339, a date, or -2h (24 h before the end)")
    .option("--to <time>", "their end, not included (the full minute at which the newest flow has ended)")
    .option("--config <file>", "of a source: the configuration (DATA/weir.yaml)")
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
    "weir doctor production",
    "weir doctor --from -7d",
    "weir doctor --json | jq '.checks[] | select(.level == \"bad\")'",
    "weir doctor --logs",
    "weir doctor --logs --better terraform > flow-logs.tf",
    "weir doctor --migration --from -7d",
  ).action((source: string | undefined, options: DoctorOptions) => finish(judged(console, source, options)));
}

async function judged(console: Console, source: string | undefined, options: DoctorOptions): Promise<number> {
  const { logs, better, flowLog, migration } = options;
  if (source !== undefined)
    return (await import("./commands/doctor-source.ts")).runDoctorSource(console, source, options);
  if (migration === true) return (await import("./commands/doctor-migration.ts")).runDoctorMigration(console, options);
  if (logs === true || better !== undefined || flowLog !== undefined)
    return (await import("./commands/doctor-logs.ts")).runDoctorLogs(console, options);
  return (await import("./commands/doctor.ts")).runDoctor(console, options);
}
