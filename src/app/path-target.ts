import { parseAddress } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import { parseBlock } from "#inventory/index.js";
import { protocolNumbers } from "#model/protocols.js";

/** Who is asked, and at which service. */
export interface PathTarget {
  readonly end: string;
  readonly port?: number;
  readonly protocol?: number;
}

const protocols: Readonly<Record<string, number>> = protocolNumbers;

/**
 * Reads `10.0.2.20`, `10.0.2.20:5432`, `10.0.2.20:53/udp`, `10.0.2.20/icmp`, `[fd00::1]:443`, `10.0.2.0/24:443`, `db-1:5432`.
 * @param isName whether people call something this: names may have colons
 * @throws WeirError `bad-target` that says what is wrong
 */
export function parseTarget(text: string, isName: (text: string) => boolean): PathTarget {
  const asked = text.trim();
  if (parseBlock(asked) !== undefined || isName(asked)) return { end: asked };
  const bracketed = /^\[(?<end>[^\]]+)\](?<service>.*)$/.exec(asked);
  const plain = /^(?<end>.*?)(?<service>:\d+(?:\/[\w-]+)?|\/(?:[a-z][a-z0-9]*|\d+))$/i.exec(asked);
  const { end = asked, service = "" } = (bracketed ?? plain)?.groups ?? {};
  if (bracketed !== null && parseBlock(end) === undefined) throw badTarget(`“${end}” is no address`);
  // What looks like a service may be the end of a block, or of an id with slashes.
  if (bracketed === null && service.startsWith("/") && parseAddress(end) === undefined && !isName(end))
    return { end: asked };
  if (/^\d+\.\d+\.\d+\.\d+$/.test(end) && parseAddress(end) === undefined) throw badTarget(`“${end}” is no address`);
  // Names and addresses of version 4 have no colon: what stands behind one was meant as a port.
  const odd = plain === null ? /^(?<known>[^:]+):(?<port>[^:]*)$/.exec(asked)?.groups : undefined;
  if (odd !== undefined && (isName(odd["known"] ?? "") || parseAddress(odd["known"] ?? "") !== undefined))
    throw badTarget(`“${odd["port"]}” is no port`);
  return { end, ...readService(service) };
}

function readService(text: string): Omit<PathTarget, "end"> {
  if (text === "") return {};
  const match = /^(?::(?<port>\d+))?(?:\/(?<name>[\w-]+))?$/.exec(text);
  if (match === null) throw badTarget(`“${text}” is no service`);
  const { port, name } = match.groups ?? {};
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && number > 65_535) throw badTarget(`there is no port ${port}`);
  const protocol = name === undefined ? undefined : (protocols[name.toLowerCase()] ?? Number(name));
  if (protocol !== undefined && !(Number.isInteger(protocol) && protocol >= 0 && protocol <= 255))
    throw badTarget(`“${name}” is no protocol`);
  return { ...(number !== undefined && { port: number }), ...(protocol !== undefined && { protocol }) };
}

function badTarget(message: string): WeirError {
  return new WeirError({
    code: "bad-target",
    kind: "usage",
    message,
    place: "TO",
    next: "Write who is asked, with port and protocol if you like: weir why 10.0.1.10 10.0.2.20:5432/tcp",
  });
}
