const names: Readonly<Record<number, string>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  47: "gre",
  50: "esp",
  58: "icmpv6",
  132: "sctp",
};

/** `5432/tcp`, `icmp`, `port 443`, as the sentence has them. */
export function serviceText(port: number | null, protocol: number | null): string {
  const name = protocol === null ? null : (names[protocol] ?? `protocol ${protocol}`);
  if (port === null) return name ?? "any service";
  return name === null ? `port ${port}` : `${port}/${name}`;
}
