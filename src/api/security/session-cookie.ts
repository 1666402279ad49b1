import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

const A_WEEK_S = 7 * 86_400;

/** Cookies know no ports: two servers on one machine need two names. `__Host-` keeps other hosts of the domain from setting it. */
function cookieName(context: Context, isBehindTls: boolean): string {
  if (isBehindTls) return "__Host-weir-session";
  return `weir-session-${/:(\d+)$/.exec(context.req.header("host") ?? "")?.[1] ?? "80"}`;
}

/** The session's secret that the browser brings along. */
export function readSessionCookie(context: Context, isBehindTls: boolean): string | undefined {
  return getCookie(context, cookieName(context, isBehindTls));
}

/** Gives the browser a session's secret: no script reads it, and no other site has it sent. */
export function writeSessionCookie(context: Context, isBehindTls: boolean, secret: string): void {
  setCookie(context, cookieName(context, isBehindTls), secret, { ...attributes(isBehindTls), maxAge: A_WEEK_S });
}

export function clearSessionCookie(context: Context, isBehindTls: boolean): void {
  deleteCookie(context, cookieName(context, isBehindTls), attributes(isBehindTls));
}

function attributes(isBehindTls: boolean) {
  return { path: "/", httpOnly: true, sameSite: "Strict", secure: isBehindTls } as const;
}
