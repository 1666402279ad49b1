import type { Scope } from "#model/query.js";
import { WeirError } from "#base/errors.js";
import { isAtLeast, type Role } from "#model/roles.js";

/** Who asks. Every route but those for anyone has one: `context.get("principal")`. */
export interface Principal {
  /** The user's name; `local` where there is no sign-in. */
  readonly name: string;
  /** What may be done: of a token the lower one of its own and its user's. */
  readonly role: Role;
  /** Whose turn a question is: the same for all sessions and tokens of a user. */
  readonly key: string;
  /** What may be seen; undefined: everything. An argument of its own to every plan, never part of a filter. */
  readonly scope: Scope | undefined;
  /** How the caller came in. `none`: there is no sign-in here. */
  readonly by: "none" | "session" | "token";
}

/** Whoever reaches a server without sign-in. */
export const localPrincipal: Principal = {
  name: "local",
  role: "admin",
  key: "local",
  scope: undefined,
  by: "none",
};

declare module "hono" {
  interface ContextVariableMap {
    principal: Principal;
    /** On routes for anyone: who asks, if known. */
    caller: Principal | undefined;
  }
}

/** For what a route's least role does not decide, such as sharing a view. @throws WeirError `not-allowed` */
export function requireRole({ role }: Principal, wanted: Role, what: string): void {
  if (isAtLeast(role, wanted)) return;
  throw new WeirError({
    code: "not-allowed",
    kind: "usage",
    message: `${what} needs the role ${wanted}, and you are ${role}`,
    next: "Ask an admin of this Weir, who can give you the role with `weir user role NAME ROLE`.",
  });
}
