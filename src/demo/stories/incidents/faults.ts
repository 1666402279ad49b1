import { awsRole, azureRole, hostNamed } from "../../world/estate.ts";
import { MINUTE, SECOND, type Incident, type Scene } from "../incident.ts";

/** Connections that somebody misses. */
export const faults: readonly Incident[] = [
  {
    id: "nacl-return-path",
    kind: "nacl-return-path",
    technique: null,
    title:
      "A network ACL stops the cache's answers to the load test: security groups are stateful, network ACLs are not",
    benign: false,
    rules: ["data/90"],
    when: { from: 1_090, to: 1_400, atLeast: 30 },
    tell: returnPath,
  },
  {
    id: "nsg-wrong-subnet",
    kind: "nsg-wrong-subnet",
    technique: null,
    title: "A rule that should keep out a retired laboratory keeps the report servers from the file server",
    benign: false,
    rules: ["nsg-corp-files/deny-retired-lab"],
    when: { from: 1_095, to: 1_410, atLeast: 30 },
    tell: wrongSubnet,
  },
  {
    id: "closed-port",
    kind: "closed-port",
    technique: null,
    title: "A spare server is monitored, but nothing listens there",
    benign: false,
    when: { from: 1_085, to: 1_435, atLeast: 30 },
    tell: closedPort,
  },
  {
    id: "silent-host",
    kind: "silent-host",
    technique: null,
    title: "Web servers call an application server that never answers",
    benign: false,
    when: { from: 1_100, to: 1_400, atLeast: 30 },
    tell: silentHost,
  },
  {
    id: "log-gap",
    kind: "log-gap",
    technique: null,
    title: "No records of the payment network are delivered for 40 minutes",
    benign: false,
    when: { from: 1_320, to: 1_360 },
  },
  {
    id: "quiet-interfaces",
    kind: "log-gap",
    technique: null,
    title: "Interfaces that are logged and have nothing to say",
    benign: true,
    hosts: ["pay-spare", "dev-spare"],
  },
];

const knocks = { attempts: 4, durationMs: 7 * SECOND, up: 0, down: 0 } as const;

function returnPath({ estate, random, repeat, tell }: Scene): void {
  const clients = awsRole(estate, "dev", "build");
  const server = hostNamed(estate, "cache");
  repeat(
    () => random.between(6 * MINUTE, 14 * MINUTE),
    (startMs) =>
      tell({ client: random.pick(clients), server, serverPort: 6_379, startMs, ...knocks, deniedAt: "return" }),
  );
}

function wrongSubnet({ estate, random, repeat, tell }: Scene): void {
  const clients = azureRole(estate, "analytics", "app");
  const server = hostNamed(estate, "file");
  repeat(
    () => random.between(5 * MINUTE, 11 * MINUTE),
    (startMs) =>
      tell({ client: random.pick(clients), server, serverPort: 445, startMs, ...knocks, deniedAt: "server" }),
  );
}

function closedPort({ estate, repeat, tell }: Scene): void {
  const attempt = { durationMs: 0, up: 0, down: 0, answer: "reset" } as const;
  repeat(
    () => 10 * MINUTE,
    (startMs) =>
      tell({
        client: hostNamed(estate, "monitor"),
        server: hostNamed(estate, "spare-1"),
        serverPort: 9_100,
        startMs,
        ...attempt,
      }),
  );
}

function silentHost({ estate, random, repeat, tell }: Scene): void {
  const clients = awsRole(estate, "prod", "web");
  const server = hostNamed(estate, "spare-2");
  repeat(
    () => random.between(4 * MINUTE, 12 * MINUTE),
    (startMs) => tell({ client: random.pick(clients), server, serverPort: 8_443, startMs, ...knocks, answer: "none" }),
  );
}
