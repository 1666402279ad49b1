/** The door: who may come in, what they may do, and what they did. */
export { AccessControl, withAccounts } from "./access-control.ts";
export type { Accounts, User } from "./accounts.ts";
export type { AuditLog } from "./audit-log.ts";
export { isSameText } from "./secrets.ts";
export type { Visitor } from "./sign-in.ts";
export { TooManyAttempts } from "./throttle.ts";
export type { AuditAsk, AuditEntry, StoredToken } from "#catalog/index.js";
