import type { Estate } from "../world/estate.ts";
import type { Host } from "../world/hosts.ts";

/** The public address of a host, from the block for benchmarks (RFC 2544); the logs of its own cloud never show it. */
export function publicAddressOf(estate: Estate, host: Host): string | null {
  const at = estate.hosts.filter((known) => known.isPublic || known.role === "nat-gateway").indexOf(host);
  return at < 0 ? null : `198.18.0.${10 + at}`;
}
