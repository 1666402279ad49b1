/** The door: who may come in, what they may do, and what they did. */
export { AccessControl, withAccounts } from "./access-control.ts";
export type { User, UserUpdate } from "./accounts.ts";
export { isSameText } from "./secrets.ts";
export type { Visitor } from "./sign-in.ts";
export { KeyThrottle, TooManyAttempts } from "./throttle.ts";
export type { AuditEntry, StoredAuditEntry, StoredToken } from "#catalog/index.js";
