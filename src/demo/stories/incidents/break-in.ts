import { awsRole, azureRole, hostNamed } from "../../world/estate.ts";
import type { Host } from "../../world/hosts.ts";
import { MINUTE, SECOND, stranger, type Incident, type Scene } from "../incident.ts";

/** One intrusion in two steps, a spray by an insider's machine, and who does the same with good reason. */
export const breakIn: readonly Incident[] = [
  {
    id: "ssh-brute-force",
    kind: "brute-force",
    technique: "T1110.001",
    title: "420 short SSH logins to a build server that is open to the internet, then a long session",
    benign: false,
    rules: ["build/tcp/22/0.0.0.0/0"],
    when: { from: 1_150, to: 1_250 },
    tell: bruteForce,
  },
  {
    id: "lateral-movement",
    kind: "lateral-movement",
    technique: "T1021.004",
    title: "From the build server by SSH to a web server, an application server and a database",
    benign: false,
    when: { from: 1_194, to: 1_250 },
    tell: lateralMovement,
  },
  {
    id: "password-spray",
    kind: "password-spray",
    technique: "T1110.003",
    title: "A desktop tries three remote desktop logins on each of many machines",
    benign: false,
    when: { from: 1_270, to: 1_310 },
    tell: passwordSpray,
  },
  {
    id: "ssh-automation",
    kind: "brute-force",
    technique: null,
    title: "Configuration management logs in to every server every 20 minutes",
    benign: true,
    when: { from: 1_085, to: 1_435, atLeast: 60 },
    tell: automation,
  },
];

const ATTEMPTS = 420;

function bruteForce({ estate, fromMs, random, tell }: Scene): void {
  const client = stranger("159.65", 77);
  const server = hostNamed(estate, "build-1");
  for (let at = 0; at < ATTEMPTS; at++) {
    const durationMs = random.between(2_100, 3_500);
    const size = { up: random.between(1_850, 2_000), down: random.between(2_300, 2_500) };
    tell({
      client,
      server,
      serverPort: 22,
      startMs: fromMs + at * 5 * SECOND + random.below(900),
      durationMs,
      ...size,
    });
  }
  const success = { startMs: fromMs + 40 * MINUTE, durationMs: 58 * MINUTE, up: 310_000, down: 9_400_000 };
  tell({ client, server, serverPort: 22, ...success, beatMs: 20 * SECOND });
}

function lateralMovement({ estate, fromMs, tell }: Scene): void {
  const chain = ["build-1", "web-3", "app-2", "db-1"].map((name) => hostNamed(estate, name));
  for (const [at, server] of chain.slice(1).entries()) {
    const client = chain[at];
    if (client === undefined) return;
    const session = { durationMs: (50 - at * 14) * MINUTE, up: 90_000, down: 700_000 + at * 2_000_000 };
    tell({ client, server, serverPort: 22, startMs: fromMs + at * 6 * MINUTE, ...session, beatMs: 15 * SECOND });
  }
}

function passwordSpray({ estate, fromMs, random, tell }: Scene): void {
  const client = hostNamed(estate, "vdi-7");
  const targets: Host[] = [
    ...azureRole(estate, "corp", "workstation").filter((host) => host !== client),
    ...azureRole(estate, "corp", "directory"),
    ...azureRole(estate, "corp", "erp"),
    ...azureRole(estate, "analytics", "app"),
    ...azureRole(estate, "analytics", "backup"),
    hostNamed(estate, "portal"),
  ];
  for (let round = 0; round < 3; round++)
    for (const [at, server] of targets.entries()) {
      const startMs = fromMs + round * 13 * MINUTE + at * 40 * SECOND + random.below(9_000);
      const size = { up: random.between(1_700, 1_900), down: random.between(2_100, 2_300) };
      tell({ client, server, serverPort: 3_389, startMs, durationMs: random.between(2_500, 3_600), ...size });
    }
}

function automation({ estate, random, repeat, tell }: Scene): void {
  const client = hostNamed(estate, "bastion");
  const servers = [
    ...awsRole(estate, "prod", "web"),
    ...awsRole(estate, "prod", "app"),
    ...awsRole(estate, "prod", "database"),
  ];
  repeat(
    () => 20 * MINUTE,
    (startMs) => {
      for (const [at, server] of servers.entries()) {
        const size = { up: random.between(9_000, 30_000), down: random.between(6_000, 19_000) };
        const begins = startMs + at * 4 * SECOND + random.below(SECOND);
        tell({ client, server, serverPort: 22, startMs: begins, durationMs: random.between(4_000, 11_000), ...size });
      }
    },
  );
}
