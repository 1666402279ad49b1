/** Names of IP protocols that people filter by, with their IANA numbers. */
export const protocolNumbers = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  rdp: 27,
  dccp: 33,
  ipv6: 41,
  rsvp: 46,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  eigrp: 88,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
} as const satisfies Record<string, number>;

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(protocolNumbers).map(([name, number]) => [number, name]),
);

/** The name of a protocol, or its number as text. */
export function protocolText(number: number): string {
  return names.get(number) ?? String(number);
}

/** `5432/tcp`, `icmp`, `port 443` where every protocol is meant, `any service`. */
export function serviceText(port: number | null, protocol: number | null): string {
  const name = protocol === null ? null : (names.get(protocol) ?? `protocol ${protocol}`);
  if (port === null) return name ?? "any service";
  return name === null ? `port ${port}` : `${port}/${name}`;
}
