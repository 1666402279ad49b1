import { awsRole, type Estate } from "../world/estate.ts";
import { reachedBy } from "../world/hosts.ts";
import type { HourPen, Story } from "./story.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Customers buy: internet → load balancer → web → app → database and cache, and for payments over the gateway. */
export const shop: Story = {
  name: "shop",
  tell(pen, estate) {
    customers(pen, estate);
    tiers(pen, estate);
    payments(pen, estate);
  },
};

function customers(pen: HourPen, estate: Estate): void {
  const balancers = awsRole(estate, "prod", "load-balancer");
  const web = awsRole(estate, "prod", "web");
  const { random } = pen;
  pen.often(700 * pen.shopLoad, (startMs) => {
    const balancer = random.pick(balancers);
    const durationMs = random.heavyTailed(400, 20 * MINUTE);
    const up = random.heavyTailed(900, 300_000);
    const down = random.heavyTailed(6_000, 60_000_000);
    const ending = random.chance(0.06) ? "reset" : "fin";
    const client = random.pickSkewed(estate.customers);
    pen.tell({
      client,
      server: reachedBy(client, balancer),
      serverPort: 443,
      startMs,
      durationMs,
      up,
      down,
      ending,
    });
    // The balancer keeps connections to its targets and opens another one now and then.
    if (random.chance(0.3)) {
      const target = random.pick(web);
      pen.tell({ client: balancer, server: target, serverPort: 8080, startMs: startMs + 12, durationMs, up, down });
    }
  });
  for (const balancer of balancers)
    for (const target of web)
      pen.keep({
        name: `${balancer.name} to ${target.name}`,
        client: balancer,
        server: target,
        serverPort: 8080,
        lifeMs: 2 * HOUR,
        beatMs: 2 * MINUTE,
        upPerHour: 400_000,
        downPerHour: 9_000_000,
      });
}

function tiers(pen: HourPen, estate: Estate): void {
  const app = awsRole(estate, "prod", "app");
  const databases = awsRole(estate, "prod", "database");
  const [cache] = awsRole(estate, "prod", "cache");
  for (const [at, web] of awsRole(estate, "prod", "web").entries()) {
    const server = app[at % app.length];
    if (server === undefined || cache === undefined) return;
    const pool = { lifeMs: 4 * HOUR, beatMs: 3 * MINUTE, upPerHour: 900_000, downPerHour: 5_000_000 };
    pen.keep({ ...pool, name: `${web.name} to app`, client: web, server, serverPort: 8443 });
    pen.keep({
      ...pool,
      name: `${server.name} to cache`,
      client: server,
      server: cache,
      serverPort: 6379,
      beatMs: 2 * MINUTE,
    });
    for (const database of databases)
      pen.keep({
        ...pool,
        name: `${server.name} to ${database.name}`,
        client: server,
        server: database,
        serverPort: 5432,
        lifeMs: 7 * HOUR,
        incident: "connection-pool",
      });
  }
  const [main, replica] = databases;
  if (main !== undefined && replica !== undefined)
    pen.keep({
      name: "replication",
      client: replica,
      server: main,
      serverPort: 5432,
      lifeMs: 26 * HOUR,
      beatMs: 0,
      upPerHour: 200_000,
      downPerHour: 700_000_000,
    });
}

function payments(pen: HourPen, estate: Estate): void {
  const app = awsRole(estate, "prod", "app");
  const api = awsRole(estate, "payments", "payment");
  const [database] = awsRole(estate, "payments", "database");
  const [vault] = awsRole(estate, "payments", "vault");
  if (database === undefined || vault === undefined) return;
  const { random } = pen;
  pen.often(110 * pen.shopLoad, (startMs) => {
    const server = random.pick(api);
    const size = {
      durationMs: random.between(120, 2_400),
      up: random.between(900, 3_000),
      down: random.between(700, 2_500),
    };
    pen.tell({ client: random.pick(app), server, serverPort: 443, startMs, ...size });
    if (random.chance(0.5))
      pen.tell({ client: server, server: vault, serverPort: 8200, startMs: startMs + 9, ...size });
    const acquirer = random.pickSkewed(estate.services.acquirers);
    pen.tell({ client: server, server: acquirer, serverPort: 443, startMs: startMs + 20, ...size });
  });
  for (const client of api)
    pen.keep({
      name: `${client.name} to ${database.name}`,
      client,
      server: database,
      serverPort: 5432,
      lifeMs: 6 * HOUR,
      beatMs: 2 * MINUTE,
      upPerHour: 500_000,
      downPerHour: 1_400_000,
    });
}
