import { awsRole, azureRole, hostNamed, type Estate } from "../world/estate.ts";
import type { HourPen, Story } from "./story.ts";

const MINUTE = 60_000;

/** What runs at night: batch jobs from 01:00, backups across the clouds from 02:00, the warehouse from 04:00 UTC. */
export const nights: Story = {
  name: "nights",
  tell(pen, estate) {
    if (pen.hourOfDay === 1) batches(pen, estate);
    if (pen.hourOfDay === 2) backups(pen, estate);
    if (pen.hourOfDay === 4) warehouse(pen, estate);
  },
};

function batches(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const workers = awsRole(estate, "prod", "batch");
  const databases = awsRole(estate, "prod", "database");
  pen.often(160, (startMs) => {
    const client = random.pick(workers);
    const size = { up: random.heavyTailed(20_000, 9_000_000), down: random.heavyTailed(400_000, 800_000_000) };
    const durationMs = random.heavyTailed(20_000, 50 * MINUTE);
    pen.tell({ client, server: random.pick(databases), serverPort: 5432, startMs, durationMs, ...size });
    const stored = { up: size.down, down: 4_000, startMs: startMs + durationMs, durationMs: 20_000 };
    pen.tell({ client, server: random.pick(estate.services.objectStorage), serverPort: 443, ...stored });
  });
}

function backups(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const vaults = azureRole(estate, "analytics", "backup");
  const sources = [
    ...awsRole(estate, "prod", "database"),
    hostNamed(estate, "pay-db"),
    ...awsRole(estate, "dev", "workstation"),
    hostNamed(estate, "erp-db"),
    hostNamed(estate, "file"),
    hostNamed(estate, "shop-db"),
  ];
  for (const [at, client] of sources.entries()) {
    const startMs = pen.fromMs + at * 4 * MINUTE + random.below(MINUTE);
    const gigabyte = 1_000_000_000;
    const size = { up: random.between(8, 60) * gigabyte, down: 900_000 };
    pen.tell({
      client,
      server: random.pick(vaults),
      serverPort: 8443,
      incident: "nightly-backup",
      startMs,
      durationMs: random.between(25, 110) * MINUTE,
      ...size,
    });
  }
}

function warehouse(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  const [etl] = azureRole(estate, "analytics", "batch");
  const [target] = azureRole(estate, "analytics", "warehouse");
  if (etl === undefined || target === undefined) return;
  pen.often(60, (startMs) => {
    const server = random.pick(awsRole(estate, "prod", "database"));
    const size = { up: random.heavyTailed(9_000, 900_000), down: random.heavyTailed(900_000, 4_000_000_000) };
    const durationMs = random.heavyTailed(15_000, 40 * MINUTE);
    pen.tell({ client: etl, server, serverPort: 5432, startMs, durationMs, ...size });
    pen.tell({
      client: etl,
      server: target,
      serverPort: 1433,
      startMs: startMs + 3_000,
      durationMs,
      up: size.down,
      down: size.up,
    });
  });
}
