import type { Incident } from "../incident.ts";

type Row = readonly [id: string, kind: string, title: string, rules?: readonly string[]];

const always = (benign: boolean, [id, kind, title, rules]: Row): Incident => ({
  id,
  kind,
  technique: null,
  title,
  benign,
  ...(rules === undefined ? {} : { rules }),
});

const rules: readonly Row[] = [
  ["unused-group-rule", "unused-rule", "A file drop that nobody uses any more", ["web/tcp/21/10.60.0.0/16"]],
  ["unused-nsg-rule", "unused-rule", "Access for a supplier who has not come", ["nsg-corp-erp/allow-vendor-support"]],
  [
    "shadowed-nsg-rule",
    "shadowed-rule",
    "A refusal behind a rule that allows the same",
    ["nsg-analytics-reports/deny-guest-https"],
  ],
  ["shadowed-acl-entry", "shadowed-rule", "A refusal behind the entry that allows everything", ["public-a/200"]],
  [
    "over-broad-group-rule",
    "over-broad-rule",
    "SSH to the build servers from the whole internet",
    ["build/tcp/22/0.0.0.0/0"],
  ],
  [
    "over-broad-nsg-rule",
    "over-broad-rule",
    "All ports of a database server, of which one is used",
    ["nsg-legacy-back/allow-all-from-front"],
  ],
];

/** Ordinary life that other stories tell; their conversations carry these names. */
const ordinary: readonly Row[] = [
  ["connection-pool", "beacon", "Application servers keep connections to their databases"],
  ["monitoring", "beacon", "The monitoring server asks every machine every ten minutes"],
  ["network-time", "beacon", "Machines ask for the time"],
  ["nightly-backup", "exfiltration", "Backups go from cloud to cloud in the night"],
  ["administration", "lateral-movement", "Administrators come over the bastion"],
  ["s3-through-endpoint", "s3-through-nat", "Application servers reach object storage through the gateway endpoint"],
  ["policy-enforced", "policy-violation", "A printer driver asks the payment database and is refused"],
  ["refused-queries", "nsg-wrong-subnet", "Desktops ask databases that are not for them and are refused, as intended"],
  [
    "rarely-used-rule",
    "unused-rule",
    "A rule that only the backups of the night use",
    ["nsg-analytics-vault/allow-backup-agents"],
  ],
];

/** What is true all the time: rules, and the look-alikes of incidents. */
export const standing: readonly Incident[] = [
  ...rules.map((row) => always(false, row)),
  ...ordinary.map((row) => always(true, row)),
];
