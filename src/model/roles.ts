/** What a person or a token may do, from little to much. */
export const roles = ["viewer", "analyst", "admin"] as const;

/** `viewer` asks and reads; `analyst` also exports and shares views; `admin` also ingests, and manages users, all tokens, and the audit log. */
export type Role = (typeof roles)[number];

/** Whether a role may do what another one is wanted for. */
export function isAtLeast(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted);
}

/** The one of two roles that may do less. */
export function lowerRole(a: Role, b: Role): Role {
  return isAtLeast(a, b) ? b : a;
}
