import { Option, type Command } from "commander";
import { roles } from "#model/roles.js";
import type { Console } from "./console.ts";
import { withData, withExamples, withFormat, type Finish } from "./options.ts";

const reportFormats = ["table", "json"] as const;
const roleOption = (): Option => new Option("--role <role>", "what may be done").choices(roles);
const passwordOption = ["--password-stdin", "read the password from standard input and not from the terminal"] as const;

/** `user` and `token`, which say who may come in. */
export function declareAccess(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Run:");
  const user = program.command("user").description("who may sign in to `weir serve`, and what they may do");
  withExamples(
    user,
    "weir user add anna --role admin",
    "weir user list",
    "",
    "viewer asks and reads; analyst also exports and shares views; admin also ingests, and manages users, tokens and the audit log.",
  );
  declareUsers(user, console, finish);
  declareUserState(user, console, finish);
  const token = program.command("token").description("tokens with which scripts ask the HTTP API");
  withExamples(token, "weir token create nightly --user anna --role viewer", "weir token list");
  declareTokens(token, console, finish);
}

const users = () => import("./commands/user.ts");
const tokens = () => import("./commands/token.ts");

function declareUsers(user: Command, console: Console, finish: Finish): void {
  const add = withData(
    withFormat(user.command("add").description("add a user; the password is asked for"), reportFormats)
      .argument("<name>", "the name to sign in with")
      .addOption(roleOption().default("viewer"))
      .option(...passwordOption),
  );
  withExamples(
    add,
    "weir user add anna --role admin",
    "pass show weir/robot | weir user add robot --role viewer --password-stdin",
  ).action((name: string, options) => finish(users().then(({ runUserAdd }) => runUserAdd(console, name, options))));
  const list = withData(withFormat(user.command("list").description("all users, with their roles"), reportFormats));
  withExamples(list, "weir user list", "weir user list --json").action((options) =>
    finish(users().then(({ runUserList }) => runUserList(console, options))),
  );
  const role = withData(
    withFormat(user.command("role").description("change what a user may do"), reportFormats)
      .argument("<name>", "the user")
      .argument("<role>", roles.join(", ")),
  );
  withExamples(role, "weir user role anna analyst").action((name: string, wanted: string, options) =>
    finish(users().then(({ runUserRole }) => runUserRole(console, name, wanted, options))),
  );
}

function declareUserState(user: Command, console: Console, finish: Finish): void {
  const password = withData(
    withFormat(
      user.command("password").description("set a new password; the user's sessions end"),
      reportFormats,
    ).argument("<name>", "the user"),
  ).option(...passwordOption);
  withExamples(password, "weir user password anna").action((name: string, options) =>
    finish(users().then(({ runUserPassword }) => runUserPassword(console, name, options))),
  );
  const disable = withData(
    withFormat(user.command("disable").description("keep a user out, sessions and tokens too"), reportFormats)
      .argument("<name>", "the user")
      .option("--undo", "let the user in again"),
  );
  withExamples(disable, "weir user disable anna", "weir user disable anna --undo").action((name: string, options) =>
    finish(users().then(({ runUserDisable }) => runUserDisable(console, name, options))),
  );
  const remove = withData(
    withFormat(
      user.command("remove").description("remove a user with all sessions and tokens"),
      reportFormats,
    ).argument("<name>", "the user"),
  );
  withExamples(remove, "weir user remove anna").action((name: string, options) =>
    finish(users().then(({ runUserRemove }) => runUserRemove(console, name, options))),
  );
}

function declareTokens(token: Command, console: Console, finish: Finish): void {
  const create = withData(
    withFormat(token.command("create").description("make a token; it is printed this once"), reportFormats)
      .argument("<name>", "what it is for")
      .requiredOption("--user <name>", "whose it is")
      .addOption(roleOption().default("viewer"))
      .option("--expires <time>", "how long it is good: 8h, 30d; a year at most", "90d"),
  );
  withExamples(
    create,
    "weir token create nightly --user anna --role viewer --expires 30d",
    "TOKEN=$(weir token create nightly --user anna)",
    'curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8400/api/v1/session',
  ).action((name: string, options) =>
    finish(tokens().then(({ runTokenCreate }) => runTokenCreate(console, name, options))),
  );
  const list = withData(
    withFormat(token.command("list").description("all tokens, without their secrets"), reportFormats),
  ).option("--user <name>", "only those of this user");
  withExamples(list, "weir token list", "weir token list --user anna --json").action((options) =>
    finish(tokens().then(({ runTokenList }) => runTokenList(console, options))),
  );
  const revoke = withData(
    withFormat(token.command("revoke").description("make a token worthless at once"), reportFormats).argument(
      "<id>",
      "its id, as in `weir token list`",
    ),
  );
  withExamples(revoke, "weir token revoke 0a1b2c3d4e5f").action((id: string, options) =>
    finish(tokens().then(({ runTokenRevoke }) => runTokenRevoke(console, id, options))),
  );
}
