import { protocolText } from "#model/protocols.js";

/** Where people say another word than the registry of the IANA does. */
const registered: ReadonlyMap<number, string> = new Map([
  [4, "ipv4"],
  [58, "ipv6-icmp"],
  [89, "ospfigp"],
]);

/** The keyword of a protocol in the IANA's registry, lower case; undefined where only the number is known. */
export function protocolKeyword(protocol: number): string | undefined {
  const word = registered.get(protocol) ?? protocolText(protocol);
  return word === String(protocol) ? undefined : word;
}
