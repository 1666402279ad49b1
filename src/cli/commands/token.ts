import { withAccounts, type StoredToken } from "#access/index.js";
import { humanTime } from "#base/human.js";
import { jsonText } from "#export/index.js";
import type { Role } from "#model/roles.js";
import type { Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import { personHere } from "../person.ts";

type TokenOptions = DataOption & FormatOptions;

interface CreateOptions extends TokenOptions {
  readonly user: string;
  readonly role: Role;
  readonly expires: string;
}

/** `weir token create`: prints the token alone on standard output, so that a script can take it. */
export async function runTokenCreate(console: Console, name: string, options: CreateOptions): Promise<number> {
  const { user, role, expires: expiresIn } = options;
  const dataDir = await existingLake(options.data, console);
  const { token, secret } = await withAccounts(dataDir, personHere(), async (accounts) => {
    const result = await accounts.createToken({ user, name, role, expiresIn });
    const { id, user: owner } = result.token;
    return { result, audit: { action: "token.create", target: `${id} ${name}`, detail: `${owner}, role ${role}` } };
  });
  if (formatOf(options) === "json") {
    await console.out.line(jsonText({ ...tokenJson(token), secret }));
    return 0;
  }
  await console.out.line(secret);
  const until = humanTime(Math.floor((token.expiresAtMs ?? 0) / 60_000) * 60_000_000);
  await console.err.line(
    console.err.style(`${role} of ${safeText(token.user)} until ${until} UTC; it is not shown again`, "dim"),
  );
  return 0;
}

/** `weir token list`: all tokens, or those of a user. */
export async function runTokenList(
  console: Console,
  options: TokenOptions & { readonly user?: string },
): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const tokens = await withAccounts(dataDir, personHere(), async (accounts) => ({
    result: accounts.tokens(options.user),
  }));
  const { out } = console;
  if (formatOf(options) === "json") await out.line(jsonText(tokens.map(tokenJson)));
  else if (tokens.length === 0) await out.line("No tokens yet: weir token create NAME --user USER");
  else for (const line of tableLines(columns, tokens.map(cells), out)) await out.line(line);
  return 0;
}

const columns = [
  { heading: "id", align: "left" },
  { heading: "name", align: "left", mayShrink: true },
  { heading: "user", align: "left", mayShrink: true },
  { heading: "role", align: "left" },
  { heading: "expires", align: "left" },
  { heading: "last used", align: "left" },
] as const;

function cells({ id, name, user, role, expiresAtMs, lastUsedMs }: StoredToken) {
  const time = (ms: number | null) => ({
    text: ms === null ? "never" : humanTime(Math.floor(ms / 60_000) * 60_000_000),
  });
  return [
    { text: id },
    { text: safeText(name) },
    { text: safeText(user) },
    { text: role },
    time(expiresAtMs),
    time(lastUsedMs),
  ];
}

/** `weir token revoke`: the token is worthless from now on. */
export async function runTokenRevoke(console: Console, id: string, options: TokenOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const token = await withAccounts(dataDir, personHere(), async (accounts) => {
    const result = await accounts.revokeToken(id);
    return { result, audit: { action: "token.revoke", target: `${id} ${result.name}`, detail: result.user } };
  });
  const told = `${safeText(token.name)} of ${safeText(token.user)} is worthless now`;
  await console.out.line(formatOf(options) === "json" ? jsonText(tokenJson(token)) : told);
  return 0;
}

function tokenJson({ id, name, user, role, createdAtMs, expiresAtMs, lastUsedMs }: StoredToken) {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    id,
    name,
    user,
    role,
    created: iso(createdAtMs),
    expires: iso(expiresAtMs),
    last_used: iso(lastUsedMs),
  };
}
