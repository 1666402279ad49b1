import { BlockList, isIP } from "node:net";

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/**
 * Whether an address is reached without the proxy, as curl and Go read NO_PROXY: hosts, domains with all below them (with or
 * without a leading dot or `*.`), addresses, blocks in CIDR notation, each perhaps with a port; `*` is everything.
 */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replaceAll(/^\[|\]$|\.$/g, "");
  const port = url.port === "" ? DEFAULT_PORTS[url.protocol] : url.port;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== "" && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string | undefined): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInBlock(host, entry);
  const [, bracketed, plain = "", wantedPort] =
    /^(?:\[([^\]]+)\]|(.*?))(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const name = (bracketed ?? plain).replace(/^\*?\./, "").replace(/\.$/, "");
  if (name === "") return false;
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

function isInBlock(host: string, entry: string): boolean {
  const [network = "", length = ""] = entry.split("/");
  const version = isIP(network);
  const bits = Number(length);
  if (version === 0 || isIP(host) !== version || !/^\d+$/.test(length) || bits > (version === 4 ? 32 : 128))
    return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return block.check(host, family);
}
