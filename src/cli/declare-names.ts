import { Option, type Command } from "commander";
import type { Console } from "./console.ts";
import { withData, withExamples, withFormat, type Finish } from "./options.ts";

const reportFormats = ["table", "json"] as const;
const SOURCE = "file the names under this and not under the file's path";

/** `names`, which says who addresses are. */
export function declareNames(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Feed:");
  const names = program.command("names").description("who addresses, networks and accounts are");
  withExamples(names, "weir names add names.yaml", "weir names learn vpcs.json", "weir names show 10.0.0.5");
  declareLoading(names, console, finish);
  const list = withData(withFormat(names.command("list").description("all names, with where they came from"))).option(
    "--source <source>",
    "only what came from this file or source",
  );
  withExamples(list, "weir names list", "weir names list --source names.yaml --format csv").action((options) =>
    finish(import("./commands/names.ts").then(({ runNamesList }) => runNamesList(console, options))),
  );
  const show = withData(
    withFormat(names.command("show").description("who is it, and who says so"), reportFormats).argument(
      "<address|id>",
      "an address, a block, or the id of an account, network, subnet or interface",
    ),
  );
  withExamples(show, "weir names show 10.0.0.5", "weir names show eni-0a1b2c3d --json").action(
    (asked: string, options) =>
      finish(import("./commands/names.ts").then(({ runNamesShow }) => runNamesShow(console, asked, options))),
  );
  const remove = withData(
    withFormat(names.command("remove").description("take away all names of a source"), reportFormats).argument(
      "<source>",
      "the file or source, as in `weir names list`",
    ),
  );
  withExamples(remove, "weir names remove names.yaml").action((source: string, options) =>
    finish(import("./commands/names.ts").then(({ runNamesRemove }) => runNamesRemove(console, source, options))),
  );
  const write = withData(names.command("export").description("print the names that hold as names.yaml")).option(
    "--source <source>",
    "only what came from this file or source",
  );
  withExamples(write, "weir names export > names.yaml").action((options) =>
    finish(import("./commands/names.ts").then(({ runNamesExport }) => runNamesExport(console, options))),
  );
}

function declareLoading(names: Command, console: Console, finish: Finish): void {
  const add = withData(
    withFormat(
      names
        .command("add")
        .description("load your own names: names.yaml or CSV; again in place of before")
        .argument("<file...>", "YAML, JSON or CSV; - is standard input"),
      reportFormats,
    ),
  ).addOption(new Option("--source <source>", SOURCE));
  withExamples(
    add,
    "weir names add names.yaml",
    "weir names add offices.csv partners.csv",
    "",
    "An entry has one of cidr (an address, a block, or a list), account, network, subnet, interface; a name; and perhaps",
    "a role (nat, proxy, load_balancer, scanner, resolver, firewall) and an owner. CSV has these as columns.",
  ).action((files: string[], options) =>
    finish(import("./commands/names.ts").then(({ runNamesAdd }) => runNamesAdd(console, files, options))),
  );
  const learn = withData(
    withFormat(
      names
        .command("learn")
        .description("learn names from what the clouds' own commands print")
        .argument("<file...>", "JSON of the commands below, known by its content; - is standard input"),
      reportFormats,
    ),
  ).addOption(new Option("--source <source>", SOURCE));
  withExamples(
    learn,
    "aws ec2 describe-vpcs > vpcs.json && weir names learn vpcs.json",
    "aws ec2 describe-network-interfaces | weir names learn - --source aws-interfaces",
    "az network nic list > nics.json && az network vnet list > vnets.json && weir names learn nics.json vnets.json",
    "",
    "AWS: organizations list-accounts; ec2 describe-vpcs, describe-subnets, describe-network-interfaces.",
    "Azure: account list; network vnet list, nic list, public-ip list, lb list, application-gateway list, firewall list.",
  ).action((files: string[], options) =>
    finish(import("./commands/names.ts").then(({ runNamesLearn }) => runNamesLearn(console, files, options))),
  );
}
