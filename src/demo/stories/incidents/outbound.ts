import { UDP } from "../../conversation.ts";
import { hostNamed } from "../../world/estate.ts";
import { HOUR, MINUTE, SECOND, stranger, type Incident, type Scene } from "../incident.ts";

/** What leaves and should not, and what leaves in the same manner and may. */
export const outbound: readonly Incident[] = [
  {
    id: "beacon",
    kind: "beacon",
    technique: "T1071.001",
    title: "A web server calls an address on the internet every 300 seconds, give or take 20 %",
    benign: false,
    when: { from: 30, to: 1_435, atLeast: 90 },
    tell: beacon,
  },
  {
    id: "slow-exfiltration",
    kind: "exfiltration",
    technique: "T1030",
    title: "An application server sends a few megabytes at a time to an address that was never seen before, for hours",
    benign: false,
    when: { from: 500, to: 1_340, atLeast: 180 },
    tell: exfiltration,
  },
  {
    id: "dns-tunnel",
    kind: "dns-tunnel",
    technique: "T1071.004",
    title: "A desktop asks a foreign name server large questions without pause",
    benign: false,
    when: { from: 1_310, to: 1_400 },
    tell: dnsTunnel,
  },
  {
    id: "idle-websocket",
    kind: "beacon",
    technique: null,
    title: "A websocket that says nothing but a keepalive every 300 seconds",
    benign: true,
    when: { from: 10, to: 1_430, atLeast: 60 },
    tell: websocket,
  },
  {
    id: "resolver-forwarding",
    kind: "dns-tunnel",
    technique: null,
    title: "The company's resolver asks the internet for names",
    benign: true,
    when: { from: 5, to: 1_435, atLeast: 30 },
    tell: forwarding,
  },
];

function beacon({ estate, random, repeat, tell }: Scene): void {
  const client = hostNamed(estate, "web-2");
  const server = stranger("138.68", 200);
  const size = (): { up: number; down: number } => ({ up: 380 + random.below(6), down: 240 + random.below(6) });
  repeat(
    () => random.between(240 * SECOND, 360 * SECOND),
    (startMs) => tell({ client, server, serverPort: 443, startMs, durationMs: random.between(300, 600), ...size() }),
  );
}

function exfiltration({ estate, random, repeat, tell }: Scene): void {
  const client = hostNamed(estate, "app-3");
  const server = stranger("139.59", 60);
  repeat(
    () => random.between(4 * MINUTE, 9 * MINUTE),
    (startMs) => {
      const size = { up: random.between(6_000_000, 14_000_000), down: random.between(9_000, 20_000) };
      tell({ client, server, serverPort: 443, startMs, durationMs: random.between(20_000, 90_000), ...size });
    },
  );
}

function dnsTunnel({ estate, random, repeat, tell }: Scene): void {
  const client = hostNamed(estate, "vdi-4");
  const server = stranger("45.33", 53);
  repeat(
    () => random.between(1_800, 3_600),
    (startMs) => {
      const size = { up: random.between(180, 230), down: random.between(200, 470) };
      tell({ client, server, serverPort: 53, protocol: UDP, startMs, durationMs: random.between(18, 60), ...size });
    },
  );
}

function websocket({ estate, fromMs, toMs, tell }: Scene): void {
  const hours = (toMs - fromMs) / HOUR;
  tell({
    client: hostNamed(estate, "app-4"),
    server: stranger("140.82", 14),
    serverPort: 443,
    startMs: fromMs,
    durationMs: toMs - fromMs,
    up: Math.floor(hours * 500),
    down: Math.floor(hours * 500),
    beatMs: 5 * MINUTE,
  });
}

function forwarding({ estate, random, repeat, tell }: Scene): void {
  const client = hostNamed(estate, "dns");
  const servers = [stranger("185.125", 53), stranger("151.101", 53)];
  repeat(
    () => random.between(30 * SECOND, 4 * MINUTE),
    (startMs) => {
      const size = { up: random.between(34, 70), down: random.between(110, 1_100) };
      const server = random.pick(servers);
      tell({ client, server, serverPort: 53, protocol: UDP, startMs, durationMs: random.between(4, 60), ...size });
    },
  );
}
