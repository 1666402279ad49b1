import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** The address that a request comes from: what the proxy in front says, if there is one that is to be believed. */
export function clientAddress(context: Context, isBehindTls: boolean): string {
  const forwarded = isBehindTls ? context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  const address = forwarded ?? getConnInfo(context).remote.address ?? "";
  return address.replace(/^::ffff:(?=\d+\.)/, "").slice(0, 64);
}
