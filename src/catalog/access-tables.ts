import type { Clock } from "#base/clock.js";
import { WeirError } from "#base/errors.js";
import type { Role } from "#model/roles.js";
import { appendAudit, listAudit, pruneAudit, type AuditAsk, type AuditEntry, type AuditPage } from "./audit-table.ts";
import { numberOrNull, type Database, type Parameter, type Row } from "./database.ts";

/** A user as kept: the password only as its hash, which says how it was made. */
export interface StoredUser {
  readonly name: string;
  readonly role: Role;
  readonly password: string;
  readonly disabled: boolean;
  readonly createdAtMs: number;
  readonly lastLoginMs: number | null;
}

export interface UserChange {
  readonly role?: Role;
  readonly password?: string;
  readonly disabled?: boolean;
}

/** A token as kept, without its hash. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: Role;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedMs: number | null;
}

export interface NewStoredToken extends Omit<StoredToken, "createdAtMs" | "lastUsedMs"> {
  readonly hash: string;
}

/** What a credential's hash leads to: the user as it is now. */
export interface HeldSession {
  readonly user: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface HeldToken extends StoredToken {
  readonly userRole: Role;
  readonly disabled: boolean;
}

/** Users, tokens, sessions and the audit log. Calls are synchronous; each is one transaction. */
export class AccessTables {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  users(): StoredUser[] {
    return this.#db.all("SELECT * FROM users ORDER BY name").map(userOf);
  }

  user(name: string): StoredUser | undefined {
    const row = this.#db.get("SELECT * FROM users WHERE name = ?", [name]);
    return row === undefined ? undefined : userOf(row);
  }

  /** Whether anybody could sign in. */
  hasUsers(): boolean {
    return this.#db.get("SELECT 1 AS one FROM users WHERE disabled = 0 LIMIT 1") !== undefined;
  }

  /** @throws WeirError `user-exists` */
  addUser({ name, role, password }: Pick<StoredUser, "name" | "role" | "password">): StoredUser {
    return this.#db.write(() => {
      const added = this.#db.run(
        "INSERT INTO users (name, role, password, created_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
        [name, role, password, this.#now()],
      );
      if (added > 0) return this.#known(name);
      throw new WeirError({
        code: "user-exists",
        kind: "conflict",
        message: `there is a user “${name}” already`,
        next: `Choose another name, or change this one with \`weir user role\` or \`weir user password\`.`,
      });
    });
  }

  /**
   * Changes a user. A new password and being disabled end all sessions of the user but `keep`.
   * @throws WeirError `unknown-user`, `last-admin`
   */
  changeUser(name: string, { role, password, disabled }: UserChange, keep: string | null = null): StoredUser {
    return this.#db.write(() => {
      const before = this.#known(name);
      if (disabled === true || (role !== undefined && role !== "admin")) this.#leaveAnAdmin(before);
      this.#db.run("UPDATE users SET role = ?, password = ?, disabled = ? WHERE name = ?", [
        role ?? before.role,
        password ?? before.password,
        BigInt(disabled ?? before.disabled),
        name,
      ]);
      if (password !== undefined || disabled === true)
        this.#db.run("DELETE FROM sessions WHERE user_name = ? AND hash IS NOT ?", [name, keep]);
      return this.#known(name);
    });
  }

  /** Removes a user with all sessions, tokens and views that nobody else sees. @throws WeirError `unknown-user`, `last-admin` */
  removeUser(name: string): void {
    this.#db.write(() => {
      this.#leaveAnAdmin(this.#known(name));
      const views = "saved_views WHERE shared = 0 AND owner";
      for (const sql of ["sessions WHERE user_name", "tokens WHERE user_name", "users WHERE name", views])
        this.#db.run(`DELETE FROM ${sql} = ?`, [name]);
    });
  }

  /** Others are left who can still manage users, or nobody is left at all. */
  #leaveAnAdmin({ name, role, disabled }: StoredUser): void {
    if (role !== "admin" || disabled) return;
    const others = this.#db.all("SELECT role, disabled FROM users WHERE name <> ?", [name]);
    if (others.length === 0 || others.some((row) => row["role"] === "admin" && row["disabled"] === 0)) return;
    throw new WeirError({
      code: "last-admin",
      kind: "conflict",
      message: `“${name}” is the only admin, and somebody must be able to manage users`,
      next: "Make another user admin first.",
    });
  }

  #known(name: string): StoredUser {
    const user = this.user(name);
    if (user !== undefined) return user;
    throw new WeirError({
      code: "unknown-user",
      kind: "usage",
      message: `there is no user “${name}”`,
      next: "`weir user list` lists those that there are.",
    });
  }

  session(hash: string): HeldSession | undefined {
    const row = this.#db.get(
      "SELECT s.*, u.role, u.disabled FROM sessions s JOIN users u ON u.name = s.user_name WHERE s.hash = ?",
      [hash],
    );
    if (row === undefined) return undefined;
    return {
      user: String(row["user_name"]),
      role: row["role"] as Role,
      disabled: row["disabled"] !== 0,
      createdAtMs: Number(row["created_at_ms"]),
      expiresAtMs: Number(row["expires_at_ms"]),
    };
  }

  /** A new session in place of the one that the browser had, if any. */
  openSession(hash: string, user: string, expiresAtMs: number, instead: string | null): void {
    this.#db.write(() => {
      const now = this.#now();
      this.#db.run("DELETE FROM sessions WHERE hash IS ? OR expires_at_ms <= ?", [instead, now]);
      this.#db.run("INSERT INTO sessions (hash, user_name, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?)", [
        hash,
        user,
        now,
        BigInt(expiresAtMs),
      ]);
      this.#db.run("UPDATE users SET last_login_ms = ? WHERE name = ?", [now, user]);
    });
  }

  extendSession(hash: string, expiresAtMs: number): void {
    this.#db.run("UPDATE sessions SET expires_at_ms = ? WHERE hash = ?", [BigInt(expiresAtMs), hash]);
  }

  closeSession(hash: string): void {
    this.#db.run("DELETE FROM sessions WHERE hash = ?", [hash]);
  }

  /** Tokens of a user, or of all; the newest first. */
  tokens(user: string | null): StoredToken[] {
    const where = user === null ? "" : "WHERE user_name = ?";
    const parameters: Parameter[] = user === null ? [] : [user];
    return this.#db.all(`SELECT * FROM tokens ${where} ORDER BY created_at_ms DESC, id`, parameters).map(tokenOf);
  }

  tokenOf(hash: string): HeldToken | undefined {
    const row = this.#db.get(
      "SELECT t.*, u.role AS user_role, u.disabled FROM tokens t JOIN users u ON u.name = t.user_name WHERE t.hash = ?",
      [hash],
    );
    if (row === undefined) return undefined;
    return { ...tokenOf(row), userRole: row["user_role"] as Role, disabled: row["disabled"] !== 0 };
  }

  /** @throws WeirError `unknown-user` */
  addToken({ id, hash, name, user, role, expiresAtMs }: NewStoredToken): StoredToken {
    return this.#db.write(() => {
      this.#known(user);
      const createdAtMs = this.#clock.now();
      this.#db.run(
        "INSERT INTO tokens (id, hash, name, user_name, role, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [id, hash, name, user, role, BigInt(createdAtMs), expiresAtMs === null ? null : BigInt(expiresAtMs)],
      );
      return { id, name, user, role, createdAtMs, expiresAtMs, lastUsedMs: null };
    });
  }

  /** @returns false when there was none */
  removeToken(id: string): boolean {
    return this.#db.run("DELETE FROM tokens WHERE id = ?", [id]) > 0;
  }

  useToken(id: string, atMs: number): void {
    this.#db.run("UPDATE tokens SET last_used_ms = ? WHERE id = ?", [BigInt(atMs), id]);
  }

  appendAudit(entries: readonly AuditEntry[]): void {
    appendAudit(this.#db, entries);
  }

  /** See {@link listAudit}. */
  audit(ask: AuditAsk): AuditPage {
    return listAudit(this.#db, ask);
  }

  /** See {@link pruneAudit}. */
  pruneAudit(): void {
    pruneAudit(this.#db, this.#clock.now());
  }

  #now(): bigint {
    return BigInt(this.#clock.now());
  }
}

function userOf(row: Row): StoredUser {
  return {
    name: String(row["name"]),
    role: row["role"] as Role,
    password: String(row["password"]),
    disabled: row["disabled"] !== 0,
    createdAtMs: Number(row["created_at_ms"]),
    lastLoginMs: numberOrNull(row["last_login_ms"]),
  };
}

function tokenOf(row: Row): StoredToken {
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    user: String(row["user_name"]),
    role: row["role"] as Role,
    createdAtMs: Number(row["created_at_ms"]),
    expiresAtMs: numberOrNull(row["expires_at_ms"]),
    lastUsedMs: numberOrNull(row["last_used_ms"]),
  };
}
