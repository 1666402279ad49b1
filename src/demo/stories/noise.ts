import { UDP } from "../conversation.ts";
import { groupsAllow } from "../world/aws-rules.ts";
import { decidingRule, nsgRules } from "../world/nsg-rules.ts";
import type { Host, Outsider } from "../world/hosts.ts";
import type { Estate } from "../world/estate.ts";
import type { HourPen, Story } from "./story.ts";

const scannedPorts = [23, 22, 3389, 445, 8080, 5900, 1433, 6379, 2323, 5555, 8443, 9200, 3306, 27017, 81, 7547];

/** The background noise of the internet: scanners knock at every public address and are refused. */
export const noise: Story = {
  name: "noise",
  tell(pen, estate) {
    knocks(pen, estate);
    sweeps(pen, estate);
  },
};

function knocks(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  // NAT gateways have public addresses as well, although nothing listens there.
  const targets = estate.hosts.filter((host) => host.isPublic || host.role === "nat-gateway");
  pen.often(420, (startMs) => {
    const client = random.pickSkewed(estate.scanners);
    const server = random.pick(targets);
    const attempts = random.chance(0.15) ? 3 : 1;
    const protocol = random.chance(0.12) ? UDP : 6;
    const serverPort = protocol === UDP ? random.pick([53, 123, 161, 1900, 5060]) : random.pickSkewed(scannedPorts);
    const knock = { client, server, serverPort, protocol, startMs };
    // What is open says what it is and hears nothing more.
    if (isOpen(estate, { client, server, port: serverPort, protocol }))
      pen.tell({ ...knock, durationMs: 300, up: 21, down: 41 });
    else pen.tell({ ...knock, durationMs: 3_000, up: 40, down: 0, deniedAt: "server", attempts });
  });
}

/** One source that tries many ports of one address within minutes. */
function sweeps(pen: HourPen, estate: Estate): void {
  const { random } = pen;
  pen.often(0.4, (startMs) => {
    const client = random.pick(estate.scanners);
    const server = random.pick(estate.hosts.filter((host) => host.isPublic));
    const clientPort = random.between(40_000, 65_000);
    for (let port = 0; port < 60; port++) {
      const refused = { deniedAt: "server", up: 0, down: 0, durationMs: 0 } as const;
      const serverPort = 1 + random.below(9_999);
      if (isOpen(estate, { client, server, port: serverPort, protocol: 6 })) continue;
      pen.tell({ client, server, clientPort, serverPort, startMs: startMs + port * 700, ...refused });
    }
  });
}

interface Knock {
  readonly client: Outsider;
  readonly server: Host;
  readonly port: number;
  readonly protocol: number;
}

function isOpen(estate: Estate, { client, server, port, protocol }: Knock): boolean {
  if (server.kind === "aws")
    return groupsAllow(estate.securityGroups, { host: server, far: client, inbound: true, protocol, port });
  const rules = nsgRules(server.network.name, server.subnet.name);
  return decidingRule(rules, { farIp: client.ip, inbound: true, port, isTcp: protocol === 6 }).allow;
}
