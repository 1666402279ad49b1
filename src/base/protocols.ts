/** Keywords of the IANA registry "Assigned Internet Protocol Numbers", lower case: those that flow logs show. */
const protocolWords: Readonly<Record<number, string>> = {
  1: "icmp",
  2: "igmp",
  4: "ipv4",
  6: "tcp",
  17: "udp",
  33: "dccp",
  41: "ipv6",
  47: "gre",
  50: "esp",
  51: "ah",
  58: "ipv6-icmp",
  88: "eigrp",
  89: "ospfigp",
  94: "ipip",
  103: "pim",
  112: "vrrp",
  115: "l2tp",
  132: "sctp",
  136: "udplite",
};

/** The keyword of a protocol number; undefined where people know the number only. */
export function protocolWord(protocol: number): string | undefined {
  return protocolWords[protocol];
}
