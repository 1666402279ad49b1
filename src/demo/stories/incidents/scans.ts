import { groupsAllow } from "../../world/aws-rules.ts";
import { awsRole, hostNamed } from "../../world/estate.ts";
import { outsider } from "../../world/hosts.ts";
import { MINUTE, SECOND, stranger, type Incident, type Scene } from "../incident.ts";

const refused = { deniedAt: "server", durationMs: 0, up: 0, down: 0 } as const;

export const scans: readonly Incident[] = [
  {
    id: "vertical-scan",
    kind: "vertical-scan",
    technique: "T1046",
    title: "An address of the internet tries 1,000 ports of the bastion",
    benign: false,
    when: { from: 1_110, to: 1_122 },
    tell: verticalScan,
  },
  {
    id: "horizontal-sweep",
    kind: "horizontal-sweep",
    technique: "T1018",
    title: "A developer's machine asks every address of its subnet for file sharing",
    benign: false,
    when: { from: 1_255, to: 1_260 },
    tell: horizontalSweep,
  },
  {
    id: "slow-scan",
    kind: "slow-scan",
    technique: "T1595.001",
    title: "An address of the internet tries one port of one public host every nine minutes or so",
    benign: false,
    when: { from: 20, to: 1_430, atLeast: 180 },
    tell: slowScan,
  },
  {
    id: "vulnerability-scan",
    kind: "vertical-scan",
    technique: null,
    title: "The company's own scanner examines the production network",
    benign: true,
    when: { from: 1_210, to: 1_250 },
    tell: ownScan,
  },
];

function verticalScan({ estate, fromMs, random, tell }: Scene): void {
  const server = hostNamed(estate, "bastion");
  const client = stranger("167.99", 21);
  for (let at = 0; at < 1_000; at++)
    tell({ client, server, serverPort: 1 + at, startMs: fromMs + at * 700 + random.below(300), ...refused });
}

function horizontalSweep({ estate, fromMs, tell }: Scene): void {
  const client = hostNamed(estate, "dev-2");
  const prefix = client.ip.slice(0, client.ip.lastIndexOf(".") + 1);
  for (let last = 1; last <= 254; last++) {
    const ip = `${prefix}${last}`;
    if (ip === client.ip) continue;
    const host = estate.hosts.find((known) => known.ip === ip);
    const attempt = { client, serverPort: 445, startMs: fromMs + last * SECOND, durationMs: 0, up: 0, down: 0 };
    if (host !== undefined) tell({ ...attempt, server: host, deniedAt: "server" });
    else tell({ ...attempt, server: outsider("vacant", ip), answer: "none" });
  }
}

function slowScan({ estate, random, repeat, tell }: Scene): void {
  const client = stranger("138.68", 40);
  const targets = estate.hosts.filter((host) => host.isPublic);
  const ports = [21, 23, 25, 110, 135, 139, 445, 1_433, 1_521, 3_306, 3_389, 5_432, 5_900, 6_379, 8_080, 9_200, 11_211];
  repeat(
    () => random.between(6 * MINUTE, 12 * MINUTE),
    (startMs) => tell({ client, server: random.pick(targets), serverPort: random.pick(ports), startMs, ...refused }),
  );
}

/** What is open answers; what is closed is refused by the security groups. */
function ownScan({ estate, fromMs, random, tell }: Scene): void {
  const [client] = awsRole(estate, "prod", "scanner");
  if (client === undefined) return;
  const ports = [
    21, 22, 23, 25, 80, 110, 135, 139, 443, 445, 1_433, 3_306, 3_389, 5_432, 5_900, 6_379, 8_080, 8_443, 9_100, 9_200,
  ];
  const targets = estate.aws.hosts.filter(
    (host) => host.network === client.network && host.instance !== "-" && host !== client,
  );
  for (const [at, server] of targets.entries())
    for (const [number, serverPort] of ports.entries()) {
      const startMs = fromMs + at * 2 * MINUTE + number * 5 * SECOND + random.below(SECOND);
      const isOpen = groupsAllow(estate.securityGroups, {
        host: server,
        far: client,
        inbound: true,
        protocol: 6,
        port: serverPort,
      });
      if (isOpen) tell({ client, server, serverPort, startMs, durationMs: 40, up: 0, down: 0, ending: "reset" });
      else tell({ client, server, serverPort, startMs, ...refused });
    }
}
