import type { AwsFault } from "./aws-faults.ts";

/** A page of a list, and the token of the next one. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * The page that a token asks for; tokens say nothing to who gets them.
 * @param invalid what a token that was never given is answered with
 */
export function pageOf<Item>(
  all: readonly Item[],
  token: string | undefined,
  size: number,
  invalid: () => AwsFault,
): PageOf<Item> {
  const start = token === undefined ? 0 : Number(/^page-(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1]);
  if (!Number.isInteger(start)) throw invalid();
  const end = start + size;
  const nextToken = end < all.length ? Buffer.from(`page-${end}`).toString("base64url") : undefined;
  return { items: all.slice(start, end), nextToken };
}
