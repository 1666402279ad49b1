import { userInfo } from "node:os";

/** Who sits at the command line, for the audit log. */
export function personHere(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? "?"}`;
  }
}
