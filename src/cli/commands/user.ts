import { withAccounts, type User, type UserUpdate } from "#access/index.js";
import { WeirError } from "#base/errors.js";
import { humanTime } from "#base/human.js";
import { nearestWord } from "#base/nearest.js";
import { jsonText } from "#export/index.js";
import { roles, type Role } from "#model/roles.js";
import type { Console } from "../console.ts";
import { existingLake, lakeToWrite } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import { personHere } from "../person.ts";
import { readNewPassword, type PasswordOption } from "../read-password.ts";

type UserOptions = DataOption & FormatOptions;

/** `weir user add`: a user may come in. */
export async function runUserAdd(
  console: Console,
  name: string,
  options: UserOptions & PasswordOption & { readonly role: Role },
): Promise<number> {
  const { role } = options;
  const dataDir = await lakeToWrite(options.data, console);
  const password = await readNewPassword(console, options);
  const user = await withAccounts(dataDir, personHere(), async (accounts) => {
    const result = await accounts.addUser(name, password, role);
    return { result, audit: { action: "user.add", target: result.name, detail: `role ${role}` } };
  });
  return tell(console, user, options, `${safeText(user.name)} may sign in as ${role}`);
}

/** `weir user list`: all users. */
export async function runUserList(console: Console, options: UserOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const users = await withAccounts(dataDir, personHere(), async (accounts) => ({ result: accounts.users() }));
  const { out } = console;
  if (formatOf(options) === "json") await out.line(jsonText(users.map(userJson)));
  else if (users.length === 0) await out.line("No users yet: weir user add NAME --role admin");
  else for (const line of tableLines(columns, users.map(cells), out)) await out.line(line);
  return 0;
}

const columns = [
  { heading: "name", align: "left", mayShrink: true },
  { heading: "role", align: "left" },
  { heading: "state", align: "left" },
  { heading: "last sign-in", align: "left" },
  { heading: "added", align: "left" },
] as const;

function cells({ name, role, disabled, lastLoginMs, createdAtMs }: User) {
  const time = (ms: number | null) => ({
    text: ms === null ? "never" : humanTime(Math.floor(ms / 60_000) * 60_000_000),
  });
  return [
    { text: safeText(name) },
    { text: role },
    { text: disabled ? "disabled" : "may sign in" },
    time(lastLoginMs),
    time(createdAtMs),
  ];
}

/** `weir user role`: what a user may do. */
export async function runUserRole(
  console: Console,
  name: string,
  wanted: string,
  options: UserOptions,
): Promise<number> {
  const role = knownRole(wanted);
  const dataDir = await existingLake(options.data, console);
  const user = await change(dataDir, name, { role }, `role ${role}`);
  return tell(console, user, options, `${safeText(user.name)} is ${role} now`);
}

function knownRole(word: string): Role {
  const role = roles.find((each) => each === word);
  if (role !== undefined) return role;
  const near = nearestWord(word, roles);
  throw new WeirError({
    code: "unknown-role",
    kind: "usage",
    message: `“${word}” is no role`,
    next: near === undefined ? `Roles: ${roles.join(", ")}.` : `Did you mean ${near}?`,
  });
}

/** `weir user password`: a new password. */
export async function runUserPassword(
  console: Console,
  name: string,
  options: UserOptions & PasswordOption,
): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const password = await readNewPassword(console, options);
  const user = await change(dataDir, name, { password }, "new password");
  return tell(console, user, options, `${safeText(user.name)} has a new password, and is signed out everywhere`);
}

/** `weir user disable`: keeps a user out, or lets it in again. */
export async function runUserDisable(
  console: Console,
  name: string,
  options: UserOptions & { readonly undo?: boolean },
): Promise<number> {
  const disabled = options.undo !== true;
  const dataDir = await existingLake(options.data, console);
  const user = await change(dataDir, name, { disabled }, disabled ? "disabled" : "enabled");
  const told = disabled ? "is kept out: sessions are over, tokens do not work" : "may sign in again";
  return tell(console, user, options, `${safeText(user.name)} ${told}`);
}

/** `weir user remove`: the user is gone, with sessions and tokens. */
export async function runUserRemove(console: Console, name: string, options: UserOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const removed = await withAccounts(dataDir, personHere(), async (accounts) => {
    const result = await accounts.removeUser(name);
    return { result, audit: { action: "user.remove", target: result, detail: null } };
  });
  const isJson = formatOf(options) === "json";
  await console.out.line(isJson ? jsonText({ name: removed }) : `${safeText(removed)} is gone, with all tokens`);
  return 0;
}

/** Changes a user, and notes it. @param told what the audit log says: never a password */
async function change(dataDir: string, name: string, update: UserUpdate, told: string): Promise<User> {
  return withAccounts(dataDir, personHere(), async (accounts) => {
    const result = await accounts.changeUser(name, update);
    return { result, audit: { action: "user.change", target: result.name, detail: told } };
  });
}

async function tell(console: Console, user: User, options: FormatOptions, text: string): Promise<number> {
  await console.out.line(formatOf(options) === "json" ? jsonText(userJson(user)) : text);
  return 0;
}

function userJson({ name, role, disabled, createdAtMs, lastLoginMs }: User) {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return { name, role, disabled, created: iso(createdAtMs), last_login: iso(lastLoginMs) };
}
