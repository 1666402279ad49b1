import { isIPv4 } from "node:net";
import { WeirError } from "#base/errors.js";

/** `none`: whoever reaches the port is admin. `password`: users sign in, scripts bring tokens. */
export type AuthMode = "none" | "password";

export interface AuthQuestion {
  readonly host: string;
  /** What was asked for; undefined: what is right for host and users. */
  readonly asked: AuthMode | undefined;
  readonly isBehindTls: boolean;
  /** Whether anybody could sign in. */
  readonly hasUsers: boolean;
}

const ADD_A_USER = "weir user add NAME --role admin";

/** Whether people sign in here. @throws WeirError `open-to-all`, `no-users`: the server must not start */
export function decideAuth({ host, asked, isBehindTls, hasUsers }: AuthQuestion): AuthMode {
  const isAlone = isLoopback(host) && !isBehindTls;
  const mode = asked ?? (isAlone ? "none" : "password");
  if (mode === "none" && !isAlone)
    throw new WeirError({
      code: "open-to-all",
      kind: "usage",
      message: "without sign-in, whoever reaches the port could read all traffic and change everything",
      place: isBehindTls ? "--behind-tls" : `--host ${host}`,
      next: `Add a user (${ADD_A_USER}) and leave out --auth none, or stay at 127.0.0.1.`,
    });
  if (mode === "password" && !hasUsers)
    throw new WeirError({
      code: "no-users",
      kind: "usage",
      message: "people would have to sign in, and there is no user yet who could",
      place: asked === "password" ? "--auth password" : isBehindTls ? "--behind-tls" : `--host ${host}`,
      next: `Add the first one: ${ADD_A_USER}`,
    });
  return mode;
}

/** Whether only this machine reaches a server that listens there. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replaceAll(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || (isIPv4(name) && name.startsWith("127."));
}
