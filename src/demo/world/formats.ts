/** The default format: 14 fields of version 2. */
export const defaultFields =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".split(
    " ",
  );

/** All 29 fields of versions 2 to 5 in the order of the console: alphabetical. */
export const versionFiveFields = [
  "account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status packets",
  "pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport start",
  "sublocation-id sublocation-type subnet-id tcp-flags traffic-path type version vpc-id",
].flatMap((line) => line.split(" "));

/** A selection with fields up to version 10. */
export const versionTenFields = [
  "version vpc-id subnet-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol",
  "bytes packets start end action tcp-flags flow-direction traffic-path reject-reason resource-id encryption-status log-status",
].flatMap((line) => line.split(" "));

/** All 36 fields of a transit gateway's flow log, in their default order. */
export const transitFields = [
  "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id",
  "tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id",
  "tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type",
  "packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region",
  "flow-direction pkt-src-aws-service pkt-dst-aws-service",
].flatMap((line) => line.split(" "));
