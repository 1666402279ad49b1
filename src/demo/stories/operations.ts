import { ICMP, UDP } from "../conversation.ts";
import { awsRole, azureRole, hostNamed, type Estate } from "../world/estate.ts";
import type { HourPen, Story } from "./story.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What keeps the machines running: probes, metrics, names, time, updates, administrators. */
export const operations: Story = {
  name: "operations",
  tell(pen, estate) {
    probes(pen, estate);
    metrics(pen, estate);
    namesAndTime(pen, estate);
    updates(pen, estate);
    administrators(pen, estate);
  },
};

function probes(pen: HourPen, estate: Estate): void {
  for (const [at, balancer] of awsRole(estate, "prod", "load-balancer").entries())
    for (const [number, server] of awsRole(estate, "prod", "web").entries())
      pen.every(MINUTE, at * 7_300 + number * 11_700, (startMs) =>
        pen.tell({ client: balancer, server, serverPort: 8080, startMs, durationMs: 6, up: 130, down: 310 }),
      );
  for (const [number, server] of azureRole(estate, "corp", "erp").entries())
    pen.every(MINUTE, 2_000 + number * 5_100, (startMs) =>
      pen.tell({
        client: estate.services.azurePlatform,
        server,
        serverPort: 443,
        startMs,
        durationMs: 5,
        up: 0,
        down: 0,
      }),
    );
}

function metrics(pen: HourPen, estate: Estate): void {
  const client = hostNamed(estate, "monitor");
  for (const [number, server] of estate.hosts.entries()) {
    if (server === client || server.role === "idle" || (server.kind === "aws" && server.instance === "-")) continue;
    pen.every(10 * MINUTE, number * 6_100, (startMs) =>
      pen.tell({
        client,
        server,
        serverPort: 9100,
        incident: "monitoring",
        startMs,
        durationMs: 180,
        up: 420,
        down: 14_000 + ((number * 613) % 9_000),
      }),
    );
    if (number % 6 === 0)
      pen.every(5 * MINUTE, number * 3_700, (startMs) =>
        pen.tell({
          client,
          server,
          serverPort: 0,
          protocol: ICMP,
          startMs,
          durationMs: 4_000,
          up: 4 * 56,
          down: 4 * 56,
          beatMs: 1_000,
        }),
      );
  }
}

function namesAndTime(pen: HourPen, estate: Estate): void {
  const resolver = hostNamed(estate, "dns");
  const directory = azureRole(estate, "corp", "directory");
  const { random } = pen;
  const askers = estate.hosts.filter((host) => host !== resolver && host.role !== "idle" && host.role !== "directory");
  pen.often(260 * (0.4 + pen.shopLoad), (startMs) => {
    const client = random.pick(askers);
    const server = client.kind === "azure" ? random.pick(directory) : resolver;
    const down = random.between(70, 480);
    pen.tell({
      client,
      server,
      serverPort: 53,
      protocol: UDP,
      startMs,
      durationMs: random.between(1, 40),
      up: random.between(30, 70),
      down,
    });
  });
  const [first] = directory;
  if (first !== undefined)
    pen.every(HOUR / 2, 41_000, (startMs) =>
      pen.tell({
        client: first,
        server: random.pick(estate.services.timeServers),
        serverPort: 123,
        incident: "network-time",
        protocol: UDP,
        startMs,
        durationMs: 30,
        up: 48,
        down: 48,
      }),
    );
  for (const client of estate.azure.hosts)
    pen.every(15 * MINUTE, 1_000 * (client.mac.charCodeAt(11) * 7), (startMs) =>
      pen.tell({
        client,
        server: estate.services.azurePlatform,
        serverPort: 80,
        startMs,
        durationMs: 40,
        up: 520,
        down: 2_600,
      }),
    );
}

function updates(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const machines = estate.aws.hosts.filter((host) => host.instance !== "-" && host.role !== "idle");
  pen.often(70, (startMs) => {
    const server = random.chance(0.7) ? random.pick(estate.services.cloudApi) : random.pick(estate.services.packages);
    const size = { up: random.heavyTailed(1_500, 400_000), down: random.heavyTailed(5_000, 200_000_000) };
    pen.tell({
      client: random.pick(machines),
      server,
      serverPort: 443,
      startMs,
      durationMs: random.heavyTailed(300, 5 * MINUTE),
      ...size,
    });
  });
  pen.often(40 * (0.3 + pen.shopLoad), (startMs) => {
    const client = random.pick(awsRole(estate, "prod", "app"));
    const size = { up: random.heavyTailed(30_000, 80_000_000), down: random.heavyTailed(20_000, 90_000_000) };
    const server = random.pick(estate.services.objectStorage);
    const durationMs = random.heavyTailed(700, 3 * MINUTE);
    pen.tell({ client, server, serverPort: 443, startMs, durationMs, ...size, incident: "s3-through-endpoint" });
  });
}

function administrators(pen: HourPen, estate: Estate): void {
  const bastion = hostNamed(estate, "bastion");
  const { random } = pen;
  const targets = [
    ...awsRole(estate, "prod", "app"),
    ...awsRole(estate, "prod", "web"),
    ...awsRole(estate, "prod", "database"),
  ];
  pen.often(4 * pen.officeLoad, (startMs) => {
    const durationMs = random.heavyTailed(3 * MINUTE, 3 * HOUR);
    const incident = "administration";
    const session = {
      incident,
      startMs,
      durationMs,
      up: Math.floor(durationMs / 60),
      down: Math.floor(durationMs / 12),
    };
    pen.tell({ client: random.pickSkewed(estate.office), server: bastion, serverPort: 22, ...session });
    pen.tell({ client: bastion, server: random.pick(targets), serverPort: 22, ...session, startMs: startMs + 4_000 });
  });
}
