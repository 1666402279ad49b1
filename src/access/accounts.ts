import type { Clock } from "#base/clock.js";
import { WeirError } from "#base/errors.js";
import { parseDuration } from "#base/time.js";
import type { AccessTables, StoredToken, StoredUser } from "#catalog/index.js";
import { isAtLeast, type Role } from "#model/roles.js";
import type { AccessWriter } from "./access-writer.ts";
import { newUserName, userName } from "./names.ts";
import { checkPassword, hashPassword, verifyPassword } from "./password.ts";
import { hashSecret, newId, newTokenSecret } from "./secrets.ts";

/** A user without what is kept of the password. */
export type User = Omit<StoredUser, "password">;

export interface NewToken {
  readonly user: string;
  readonly name: string;
  readonly role: Role;
  /** Such as `90d`; default 90 days. */
  readonly expiresIn?: string;
}

export interface UserUpdate {
  readonly role?: Role;
  readonly password?: string;
  readonly disabled?: boolean;
}

const DEFAULT_TOKEN_LIFE = "90d";
const LONGEST_TOKEN_LIFE_MS = 366 * 86_400_000;
const TOKENS_OF_A_USER = 100;

/** Users and their tokens. */
export class Accounts {
  readonly #tables: AccessTables;
  readonly #writer: AccessWriter;
  readonly #clock: Clock;

  constructor(tables: AccessTables, writer: AccessWriter, clock: Clock) {
    this.#tables = tables;
    this.#writer = writer;
    this.#clock = clock;
  }

  users(): User[] {
    return this.#tables.users().map(withoutPassword);
  }

  hasUsers(): boolean {
    return this.#tables.hasUsers();
  }

  /** @throws WeirError `not-a-user-name`, `weak-password`, `user-exists` */
  async addUser(name: string, password: string, role: Role): Promise<User> {
    const known = newUserName(name);
    checkPassword(password, known);
    const hash = await hashPassword(password);
    return withoutPassword(await this.#writer.run("addUser", { name: known, role, password: hash }));
  }

  /** Changes role or password, or keeps a user out. @throws WeirError `unknown-user`, `weak-password`, `last-admin` */
  async changeUser(name: string, { role, password, disabled }: UserUpdate): Promise<User> {
    const known = this.#knownUser(name).name;
    if (password !== undefined) checkPassword(password, known);
    const change = {
      ...(role !== undefined && { role }),
      ...(disabled !== undefined && { disabled }),
      ...(password !== undefined && { password: await hashPassword(password) }),
    };
    return withoutPassword(await this.#writer.run("changeUser", known, change));
  }

  /**
   * Changes the own password. All other sessions end.
   * @param keep the hash of the session that goes on
   * @throws WeirError `wrong-password`, `weak-password`
   */
  async changeOwnPassword(name: string, current: string, password: string, keep: string): Promise<void> {
    const user = this.#knownUser(name);
    if (!(await verifyPassword(current, user.password)))
      throw new WeirError({
        code: "wrong-password",
        kind: "usage",
        message: "the present password is another one",
        place: "current",
        next: "An admin can set a new one with `weir user password NAME`.",
      });
    checkPassword(password, user.name);
    await this.#writer.run("changeUser", user.name, { password: await hashPassword(password) }, keep);
  }

  /** @returns the name as it was kept @throws WeirError `unknown-user`, `last-admin` */
  async removeUser(name: string): Promise<string> {
    const known = this.#knownUser(name).name;
    await this.#writer.run("removeUser", known);
    return known;
  }

  /** @param user undefined: of all users */
  tokens(user: string | undefined): StoredToken[] {
    return this.#tables.tokens(user === undefined ? null : this.#knownUser(user).name);
  }

  /**
   * Makes a token. Its secret is in the answer and nowhere else.
   * @throws WeirError `unknown-user`, `role-too-high`, `not-a-duration`, `too-many-tokens`
   */
  async createToken({ user, name, role, expiresIn = DEFAULT_TOKEN_LIFE }: NewToken): Promise<{
    readonly token: StoredToken;
    readonly secret: string;
  }> {
    const owner = this.#knownUser(user);
    if (!isAtLeast(owner.role, role)) throw roleTooHigh(owner, role);
    if (this.#tables.tokens(owner.name).length >= TOKENS_OF_A_USER) throw tooManyTokens(owner.name);
    const secret = newTokenSecret();
    const token = await this.#writer.run("addToken", {
      id: newId(),
      hash: hashSecret(secret),
      name: name.trim(),
      user: owner.name,
      role,
      expiresAtMs: this.#clock.now() + lifeMs(expiresIn),
    });
    return { token, secret };
  }

  token(id: string): StoredToken | undefined {
    return this.#tables.tokens(null).find((token) => token.id === id);
  }

  /** Makes a token worthless at once. @throws WeirError `unknown-token` */
  async revokeToken(id: string): Promise<StoredToken> {
    const token = this.token(id);
    if (token !== undefined && (await this.#writer.run("removeToken", id))) return token;
    throw new WeirError({
      code: "unknown-token",
      kind: "usage",
      message: `there is no token “${id}”`,
      next: "`weir token list` lists those that there are, with their ids.",
    });
  }

  #knownUser(name: string): StoredUser {
    const known = userName(name);
    const user = known === undefined ? undefined : this.#tables.user(known);
    if (user !== undefined) return user;
    throw new WeirError({
      code: "unknown-user",
      kind: "usage",
      message: `there is no user “${name}”`,
      next: "`weir user list` lists those that there are.",
    });
  }
}

function withoutPassword({ name, role, disabled, createdAtMs, lastLoginMs }: StoredUser): User {
  return { name, role, disabled, createdAtMs, lastLoginMs };
}

function lifeMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= LONGEST_TOKEN_LIFE_MS) return ms;
  throw new WeirError({
    code: "not-a-duration",
    kind: "usage",
    message: `“${text}” is not how long a token can live`,
    place: "expires_in",
    next: "Write 30d, 12w or 8h; a year (366d) at most. A token that leaks is then not good for ever.",
  });
}

function roleTooHigh({ name, role }: StoredUser, wanted: Role): WeirError {
  return new WeirError({
    code: "role-too-high",
    kind: "usage",
    message: `a token of ${name} cannot be ${wanted}: ${name} is ${role}`,
    place: "role",
    next: `Make it ${role} or less.`,
  });
}

function tooManyTokens(name: string): WeirError {
  return new WeirError({
    code: "too-many-tokens",
    kind: "usage",
    message: `${name} has ${TOKENS_OF_A_USER} tokens, and that is the most`,
    next: "Revoke those that nobody uses: `weir token list` says when each was used last.",
  });
}
