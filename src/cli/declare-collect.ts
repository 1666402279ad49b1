import type { Command } from "commander";
import type { Console } from "./console.ts";
import { countOption, listOption, withData, withExamples, withFormat, type Finish } from "./options.ts";

const CONFIG = ["--config <file>", "the configuration (DATA/weir.yaml)"] as const;

/** Commands about places that logs are collected from: add, sources, remove, collect. */
export function declareCollect(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Feed:");
  declareAdd(program, console, finish);
  const sources = withData(
    withFormat(program.command("sources").description("where logs come from, and how collecting from there goes"), [
      "table",
      "json",
    ]),
  ).option(...CONFIG);
  withExamples(sources, "weir sources", "weir sources --json | jq '.sources[] | select(.state == \"failing\")'").action(
    (options) => finish(import("./commands/sources.ts").then(({ runSources }) => runSources(console, options))),
  );
  const remove = withData(
    program
      .command("remove")
      .description("take a source out of weir.yaml; what was read of it stays")
      .argument("<name>", "its name: weir sources lists them"),
  ).option(...CONFIG);
  withExamples(remove, "weir remove production").action((name: string, options) =>
    finish(import("./commands/remove.ts").then(({ runRemove }) => runRemove(console, name, options))),
  );
  const collect = withData(
    program.command("collect").description("read what is new at the sources of weir.yaml, each object once"),
  )
    .option(...CONFIG)
    .option("--source <name...>", "only these sources")
    .option("--follow", "go on until it is interrupted, each source at its interval")
    .option("--from <time>", "only objects from this time on, whatever was seen before: fills a gap")
    .option("--to <time>", "… and until this time (now)")
    .option("--workers <count>", "reading processes (one a core, four at most)", countOption)
    .option("--json", "print reports as JSON, a line for each source");
  withExamples(
    collect,
    "weir collect",
    "weir collect --follow",
    "weir collect --source production --from 2026-03-01 --to 2026-03-03",
  ).action((options) => finish(import("./commands/collect.ts").then(({ runCollect }) => runCollect(console, options))));
}

function declareAdd(program: Command, console: Console, finish: Finish): void {
  const add = withData(
    program
      .command("add")
      .description("look at a place that logs lie at, say what it takes and needs, and write it into weir.yaml")
      .argument(
        "<place>",
        "s3://BUCKET/PREFIX, azblob://ACCOUNT/CONTAINER, cloudwatch://REGION/LOG-GROUP, gs://BUCKET, a folder; aws or azure: the whole estate",
      ),
  )
    .option("--name <name>", "what to call it (the bucket, log group or folder; the account and its kind of flow logs)")
    .option("--since <time>", "read nothing that is older: RFC 3339, a date, or -7d")
    .option("--every <time>", "how often to look (1m)")
    .option("--region <region>", "the bucket's region, where the cloud does not tell")
    .option("--profile <name>", "of the AWS configuration files")
    .option("--role-arn <arn>", "a role of AWS to take, for an account that is not ours")
    .option("--external-id <id>", "what that role's trust policy asks for")
    .option("--endpoint <url>", "of a server that speaks the cloud's protocol, or a private endpoint")
    .option("--secret <ref>", "env:NAME or file:PATH: an account key, SAS, connection string, or ID:SECRET")
    .option("--queue <url>", "notifications of new objects: an SQS queue's URL, azqueue://ACCOUNT/QUEUE")
    .option("--log-format <fields>", "the fields of AWS logs without a header line")
    .option("--requester-pays", "pay for the requests in the bucket owner's place")
    .option("--fips", "FIPS endpoints")
    .option("--proxy <url>", "in the place of HTTPS_PROXY")
    .option("--ca <file>", "certificate authorities besides those of Node.js")
    .option(...CONFIG)
    .option("--org", "aws: all accounts of the organisation")
    .option("--role <name>", "aws: a role of this name is taken in each of the accounts")
    .option("--regions <list>", "aws: only these regions, with commas (all that are enabled)", listOption)
    .option("--management-group <id>", "azure: all subscriptions below it (all that you may see)")
    .option(
      "--from-json <file...>",
      "aws, azure: what describe-flow-logs, graph query and the like printed, in the place of asking",
    )
    .option("--print", "only show the YAML, write nothing")
    .option("--yes", "write it without being asked; needed where there is no terminal")
    .option(
      "--force",
      "write it without being asked, also when it cannot be read yet, looks mistyped, or overlaps another source",
    )
    .option("--json", "print what was found as JSON; written only with --yes or --force");
  withExamples(
    add,
    "weir add s3://org-flow-logs --since -7d",
    "weir add s3://org-flow-logs --role-arn arn:aws:iam::111122223333:role/weir --external-id 7f3a",
    "weir add azblob://nwlogs/insights-logs-flowlogflowevent",
    "weir add cloudwatch://eu-west-1/vpc-flow-logs --print",
    "weir add /srv/flow-logs",
    "weir add aws --org --role weir-reader",
    "weir add azure --from-json flow-logs.json vnets.json --print",
  ).action((place: string, options) =>
    finish(
      place === "aws" || place === "azure"
        ? import("./commands/add-estate.ts").then(({ runAddEstate }) => runAddEstate(console, place, options))
        : import("./commands/add.ts").then(({ runAdd }) => runAdd(console, place, options)),
    ),
  );
}
