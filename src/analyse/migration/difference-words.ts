import type { DifferenceCode } from "./migration-types.ts";

interface Words {
  readonly isExplained: boolean;
  readonly words: string;
}

const known = (words: string): Words => ({ isExplained: true, words });
const open = (words: string): Words => ({ isExplained: false, words });

/** Source: Microsoft's comparison of VNet and NSG flow logs, and records of both at once. */
export const differenceWords: Readonly<Record<DifferenceCode, Words>> = {
  edge: known("At the edge of the common time: one log began or ended in the middle of it."),
  "nsg-silent": known(
    "The NSG flow log wrote nothing in this hour: where both run, Azure may write the VNet flow log alone.",
  ),
  platform: known("Handled by the Azure platform (PlatformRule), which NSG flow logs do not have."),
  admin: known("Decided by a security admin rule of Virtual Network Manager, which NSG flow logs do not know."),
  encryption: known("Denied for want of encryption, which NSG flow logs do not know."),
  protocol: known("Neither TCP nor UDP: NSG flow logs leave it out."),
  truncated: known("The same rule: NSG flow logs cut long names."),
  "other-nsg": known(
    "Allowed by two NSGs, of subnet and interface: the last of them writes it, and which is last may change.",
  ),
  stateless: known(
    "No or too low counters in the NSG flow log: it does not count what an inbound TCP rule of yours lets in, and often not the way back.",
  ),
  encapsulation: known("A few bytes for each packet: VNet flow logs count the encapsulation of packets that arrive."),
  restart: known("Counted again after the VNet flow log was changed: its counters cannot be trusted then."),
  "only-vnet": open(
    "Only in the VNet flow log. A busy machine's NSG flow log may lose entries; otherwise not explained.",
  ),
  "only-nsg": open("Only in the NSG flow log: the VNet flow log should have it."),
  verdict: open("Allowed by one log and denied by the other."),
  rule: open("Another rule in each log."),
  bytes: open("The same connection with other counts."),
};
