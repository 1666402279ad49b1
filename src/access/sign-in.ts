import type { Clock } from "#base/clock.js";
import { WeirError } from "#base/errors.js";
import type { AccessTables } from "#catalog/index.js";
import { lowerRole, type Role } from "#model/roles.js";
import type { AccessWriter } from "./access-writer.ts";
import { userName } from "./names.ts";
import { verifyPassword } from "./password.ts";
import { csrfOf, hashSecret, looksLikeSession, looksLikeToken, newSessionSecret } from "./secrets.ts";
import { LoginThrottle } from "./throttle.ts";

/** A browser's session ends after 12 hours without a request, and after 7 days in any case. */
const IDLE_MS = 12 * 3_600_000;
const ABSOLUTE_MS = 7 * 86_400_000;
/** What is noted of each use may be this old, so that not every request writes. */
const NOTED_MS = 60_000;

/** Somebody who came in, by a session or a token. */
export interface Visitor {
  readonly name: string;
  readonly role: Role;
  readonly by: "session" | "token";
  readonly expiresAtMs: number | null;
  /** What a session's requests must bring along; null for tokens, which no browser sends by itself. */
  readonly csrf: string | null;
  /** The hash by which the session or token is kept. */
  readonly hash: string;
}

export interface SignInRequest {
  readonly name: string;
  readonly password: string;
  /** The address that it comes from. */
  readonly from: string;
  /** The session that the browser had before: it ends, so that nobody can plant one. */
  readonly before: string | undefined;
}

/** Lets people and scripts in: passwords, sessions, tokens. */
export class SignIn {
  readonly #tables: AccessTables;
  readonly #writer: AccessWriter;
  readonly #clock: Clock;
  readonly #throttle: LoginThrottle;

  constructor(tables: AccessTables, writer: AccessWriter, clock: Clock) {
    this.#tables = tables;
    this.#writer = writer;
    this.#clock = clock;
    this.#throttle = new LoginThrottle(clock);
  }

  /**
   * Signs in with a password. Unknown names, wrong passwords and disabled users get the same answer after the same work.
   * @throws WeirError `wrong-credentials`, `too-many-requests`
   */
  async withPassword({ name, password, from, before }: SignInRequest): Promise<{ secret: string; visitor: Visitor }> {
    const known = userName(name);
    const forgive = this.#throttle.begin(from, known ?? "");
    const user = known === undefined ? undefined : this.#tables.user(known);
    const isRight = await verifyPassword(password, user?.password);
    if (!isRight || user === undefined || user.disabled) throw wrongCredentials();
    forgive();
    const secret = newSessionSecret();
    const hash = hashSecret(secret);
    const expiresAtMs = this.#clock.now() + IDLE_MS;
    await this.#writer.run(
      "openSession",
      hash,
      user.name,
      expiresAtMs,
      before === undefined ? null : hashSecret(before),
    );
    const csrf = csrfOf(secret);
    return { secret, visitor: { name: user.name, role: user.role, by: "session", expiresAtMs, csrf, hash } };
  }

  /** Whose session a cookie holds; undefined when it is over or never was. */
  session(secret: string): Visitor | undefined {
    if (!looksLikeSession(secret)) return undefined;
    const hash = hashSecret(secret);
    const held = this.#tables.session(hash);
    const now = this.#clock.now();
    if (held === undefined || held.disabled || held.expiresAtMs <= now) return undefined;
    const until = Math.min(now + IDLE_MS, held.createdAtMs + ABSOLUTE_MS);
    if (until - held.expiresAtMs > NOTED_MS) this.#note(this.#writer.run("extendSession", hash, until));
    const { user: name, role } = held;
    return { name, role, by: "session", expiresAtMs: Math.max(until, held.expiresAtMs), csrf: csrfOf(secret), hash };
  }

  /** Whose token it is; undefined when it is expired, revoked or forged. */
  token(secret: string): Visitor | undefined {
    if (!looksLikeToken(secret)) return undefined;
    const hash = hashSecret(secret);
    const held = this.#tables.tokenOf(hash);
    const now = this.#clock.now();
    if (held === undefined || held.disabled) return undefined;
    const { id, user, role, userRole, expiresAtMs, lastUsedMs } = held;
    if (expiresAtMs !== null && expiresAtMs <= now) return undefined;
    if (now - (lastUsedMs ?? 0) > NOTED_MS) this.#note(this.#writer.run("useToken", id, now));
    return { name: user, role: lowerRole(role, userRole), by: "token", expiresAtMs, csrf: null, hash };
  }

  async signOut({ hash }: Visitor): Promise<void> {
    await this.#writer.run("closeSession", hash);
  }

  /** The name as the audit log may show it: what is typed in place of a name may be a password. */
  nameForAudit(text: string): string {
    const name = userName(text);
    return name !== undefined && this.#tables.user(name) !== undefined ? name : "nobody";
  }

  /** What is not noted because the catalog is locked is noted with the next request. */
  #note(writing: Promise<unknown>): void {
    writing.catch(() => undefined);
  }
}

function wrongCredentials(): WeirError {
  return new WeirError({
    code: "wrong-credentials",
    kind: "usage",
    message: "there is no user with this name and password",
    next: "Try again, or have an admin set a new password: weir user password NAME",
  });
}
