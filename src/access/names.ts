import { WeirError } from "#base/errors.js";

const LONGEST = 100;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$/u;
/** What the audit log calls those who are no users. */
const TAKEN = new Set(["local", "nobody"]);

/** A user's name as it is kept: people do not care how they once wrote it. Undefined when it can be none. */
export function userName(text: string): string | undefined {
  const name = text.trim().normalize("NFC").toLowerCase();
  return name.length <= LONGEST && NAME.test(name) && !TAKEN.has(name) ? name : undefined;
}

/** @throws WeirError `not-a-user-name` */
export function newUserName(text: string): string {
  const name = userName(text);
  if (name !== undefined) return name;
  throw new WeirError({
    code: "not-a-user-name",
    kind: "usage",
    message: `“${text}” cannot be a user's name`,
    place: "name",
    next: `Take at most ${LONGEST} letters and digits, and . _ @ + - between them; not ${[...TAKEN].join(" or ")}.`,
  });
}
