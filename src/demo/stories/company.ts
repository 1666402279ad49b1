import { UDP } from "../conversation.ts";
import { awsRole, azureRole, hostNamed, type Estate } from "../world/estate.ts";
import type { HourPen, Story } from "./story.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** People at work: desktops and the office, in Azure and across the VPN in AWS. */
export const company: Story = {
  name: "company",
  tell(pen, estate) {
    desktops(pen, estate);
    portal(pen, estate);
    refusals(pen, estate);
    officePeople(pen, estate);
    developers(pen, estate);
    legacyShop(pen, estate);
  },
};

function desktops(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const clients = azureRole(estate, "corp", "workstation");
  const erp = azureRole(estate, "corp", "erp");
  const file = hostNamed(estate, "file");
  const directory = azureRole(estate, "corp", "directory");
  const reports = azureRole(estate, "analytics", "app");
  pen.often(260 * pen.officeLoad, (startMs) => {
    const client = random.pick(clients);
    const kind = random.fraction();
    const size = { up: random.heavyTailed(2_000, 20_000_000), down: random.heavyTailed(9_000, 300_000_000) };
    const durationMs = random.heavyTailed(2_000, 2 * HOUR);
    if (kind < 0.3) pen.tell({ client, server: random.pick(erp), serverPort: 443, startMs, durationMs, ...size });
    else if (kind < 0.45) pen.tell({ client, server: file, serverPort: 445, startMs, durationMs, ...size });
    else if (kind < 0.6)
      pen.tell({
        client,
        server: random.pick(directory),
        serverPort: 389,
        startMs,
        durationMs: 60,
        up: 700,
        down: 2_100,
      });
    else if (kind < 0.68)
      pen.tell({ client, server: random.pick(reports), serverPort: 443, startMs, durationMs, ...size });
    else if (kind < 0.72)
      pen.tell({
        client,
        server: random.pick(awsRole(estate, "prod", "app")),
        serverPort: 8443,
        startMs,
        durationMs,
        ...size,
      });
    else
      pen.tell({
        client,
        server: random.pickSkewed(estate.services.websites),
        serverPort: 443,
        startMs,
        durationMs,
        ...size,
      });
  });
  const database = hostNamed(estate, "erp-db");
  for (const client of erp)
    for (const number of [1, 2])
      pen.keep({
        name: `${client.name} to erp-db ${number}`,
        client,
        server: database,
        serverPort: 1433,
        lifeMs: 8 * HOUR,
        beatMs: 90_000,
        upPerHour: 900_000,
        downPerHour: 12_000_000,
      });
}

/** Suppliers use a portal that is open to the internet. */
function portal(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const server = hostNamed(estate, "portal");
  const suppliers = estate.customers.filter(({ ip }) => ip.startsWith("198.51.100."));
  pen.often(40 * pen.officeLoad, (startMs) => {
    const size = { up: random.heavyTailed(1_500, 9_000_000), down: random.heavyTailed(6_000, 30_000_000) };
    const durationMs = random.heavyTailed(800, 30 * MINUTE);
    pen.tell({ client: random.pickSkewed(suppliers), server, serverPort: 443, startMs, durationMs, ...size });
  });
}

/** Ordinary mistakes inside: tools that ask where they may not, and a machine that may not reach the internet. */
function refusals(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const desktops = azureRole(estate, "corp", "workstation");
  const refused = { durationMs: 3_000, up: 0, down: 0, attempts: 3 } as const;
  pen.often(12 * pen.officeLoad, (startMs) => {
    const server = hostNamed(estate, random.chance(0.5) ? "erp-db" : "dwh");
    const attempt = { ...refused, deniedAt: "server", incident: "refused-queries" } as const;
    pen.tell({ client: random.pick(desktops), server, serverPort: 1433, startMs, ...attempt });
  });
  pen.every(20 * MINUTE, 77_000, (startMs) => {
    const server = random.pick(estate.services.websites);
    pen.tell({ client: hostNamed(estate, "dwh"), server, serverPort: 443, startMs, ...refused, deniedAt: "client" });
    pen.tell({ client: hostNamed(estate, "vault"), server, serverPort: 443, startMs, ...refused, deniedAt: "client" });
  });
}

function officePeople(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const servers = [...azureRole(estate, "corp", "erp"), hostNamed(estate, "file"), ...awsRole(estate, "prod", "app")];
  pen.often(130 * pen.officeLoad, (startMs) => {
    const server = random.pick(servers);
    const serverPort = server.role === "file" ? 445 : server.role === "app" ? 8443 : 443;
    const size = { up: random.heavyTailed(2_000, 30_000_000), down: random.heavyTailed(8_000, 200_000_000) };
    pen.tell({
      client: random.pickSkewed(estate.office),
      server,
      serverPort,
      startMs,
      durationMs: random.heavyTailed(1_500, HOUR),
      ...size,
    });
  });
  // A printer driver of the office still asks a network that refuses it.
  pen.often(6 * pen.officeLoad, (startMs) => {
    const refused = { deniedAt: "server", attempts: 3, durationMs: 3_000, up: 0, down: 0 } as const;
    pen.tell({
      client: random.pick(estate.office),
      server: hostNamed(estate, "pay-db"),
      serverPort: 5432,
      startMs,
      ...refused,
      incident: "policy-enforced",
    });
  });
}

function developers(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const builders = awsRole(estate, "dev", "build");
  const test = hostNamed(estate, "test-web");
  pen.often(60 * (0.15 + pen.officeLoad), (startMs) => {
    const client = random.pick(builders);
    const size = { up: random.heavyTailed(2_000, 5_000_000), down: random.heavyTailed(40_000, 400_000_000) };
    const durationMs = random.heavyTailed(900, 20 * MINUTE);
    const kind = random.fraction();
    if (kind < 0.6)
      pen.tell({
        client,
        server: random.pick(estate.services.packages),
        serverPort: 443,
        startMs,
        durationMs,
        ...size,
      });
    else if (kind < 0.85) pen.tell({ client, server: test, serverPort: 443, startMs, durationMs, ...size });
    else
      pen.tell({
        client,
        server: random.pick(awsRole(estate, "prod", "web")),
        serverPort: 22,
        startMs,
        durationMs,
        ...size,
      });
  });
  pen.often(3 * pen.officeLoad, (startMs) => {
    const server = random.pick(awsRole(estate, "prod", "database"));
    const client = random.pick(awsRole(estate, "dev", "workstation"));
    pen.tell({
      client,
      server,
      serverPort: 5432,
      startMs,
      durationMs: 7_000,
      up: 0,
      down: 0,
      deniedAt: "server",
      attempts: 4,
    });
  });
}

function legacyShop(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const front = azureRole(estate, "legacy", "web");
  const database = hostNamed(estate, "shop-db");
  pen.often(70 * pen.shopLoad, (startMs) => {
    const server = random.pick(front);
    const client = random.pickSkewed(estate.customers.filter(({ ip }) => !ip.includes(":")));
    const size = { up: random.heavyTailed(900, 90_000), down: random.heavyTailed(7_000, 20_000_000) };
    pen.tell({ client, server, serverPort: 443, startMs, durationMs: random.heavyTailed(500, 10 * MINUTE), ...size });
  });
  for (const client of front)
    pen.keep({
      name: `${client.name} to shop-db`,
      client,
      server: database,
      serverPort: 1433,
      lifeMs: 5 * HOUR,
      beatMs: 100_000,
      upPerHour: 400_000,
      downPerHour: 3_000_000,
    });
  pen.often(5, (startMs) =>
    pen.tell({
      client: random.pick(front),
      server: random.pick(estate.services.timeServers),
      serverPort: 123,
      incident: "network-time",
      protocol: UDP,
      startMs,
      durationMs: 25,
      up: 48,
      down: 48,
    }),
  );
}
