import { awsRole, azureRole, hostNamed } from "../../world/estate.ts";
import { HOUR, MINUTE, type Incident, type Scene } from "../incident.ts";

/** Traffic that is let through, and should go another way or not at all. */
export const paths: readonly Incident[] = [
  {
    id: "s3-through-nat",
    kind: "s3-through-nat",
    technique: null,
    title: "Metrics are archived in object storage through the NAT gateway: their subnet's routes lack the endpoint",
    benign: false,
    when: { from: 1_090, to: 1_430, atLeast: 40 },
    tell: archive,
  },
  {
    id: "cross-az-chatter",
    kind: "cross-az",
    technique: null,
    title: "Application servers and their cache are in different availability zones",
    benign: false,
    when: { from: 15, to: 1_435, atLeast: 60 },
    tell: crossZone,
  },
  {
    id: "payment-zone-violation",
    kind: "policy-violation",
    technique: null,
    title: "Report servers read the payment database, which the policy forbids and a security group allows",
    benign: false,
    rules: ["pay-db/tcp/5432/10.62.2.0/24"],
    when: { from: 1_120, to: 1_310, atLeast: 40 },
    tell: violation,
  },
];

function archive({ estate, random, repeat, tell }: Scene): void {
  const client = hostNamed(estate, "monitor");
  repeat(
    () => random.between(20 * MINUTE, 30 * MINUTE),
    (startMs) => {
      const size = { up: random.between(200_000_000, 900_000_000), down: 60_000 };
      const server = random.pick(estate.services.objectStorage);
      tell({ client, server, serverPort: 443, startMs, durationMs: random.between(1, 6) * MINUTE, ...size });
    },
  );
}

function crossZone({ estate, fromMs, toMs, tell }: Scene): void {
  const [cache] = awsRole(estate, "prod", "cache");
  if (cache === undefined) return;
  const hours = (toMs - fromMs) / HOUR;
  const size = { up: Math.floor(hours * 100_000_000), down: Math.floor(hours * 900_000_000) };
  for (const client of awsRole(estate, "prod", "app").slice(0, 2))
    tell({
      client,
      server: cache,
      serverPort: 6_379,
      startMs: fromMs,
      durationMs: toMs - fromMs,
      ...size,
      beatMs: 2 * MINUTE,
    });
}

function violation({ estate, random, repeat, tell }: Scene): void {
  const client = azureRole(estate, "analytics", "app")[0];
  const server = hostNamed(estate, "pay-db");
  if (client === undefined) return;
  repeat(
    () => random.between(12 * MINUTE, 20 * MINUTE),
    (startMs) => {
      const size = { up: random.between(4_000, 19_000), down: random.between(900_000, 20_000_000) };
      tell({ client, server, serverPort: 5_432, startMs, durationMs: random.between(9_000, 90_000), ...size });
    },
  );
}
