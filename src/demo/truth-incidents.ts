import type { Conversation } from "./conversation.ts";
import { timeOf, type Incident } from "./stories/incident.ts";
import type { WorldSpan } from "./stories/story.ts";
import type { TruthConversation, TruthIncident } from "./truth.ts";
import type { Estate } from "./world/estate.ts";
import type { Party } from "./world/hosts.ts";

/** What is known of one incident's conversations. */
interface Sum {
  readonly clients: Set<string>;
  readonly servers: Set<string>;
  readonly hosts: Set<string>;
  readonly ports: Set<number>;
  firstMs: number;
  lastMs: number;
  readonly expected: Record<string, number>;
}

/** Adds up the conversations of each incident. */
export class IncidentBook {
  readonly #sums = new Map<string, Sum>();

  enter({ client, server, incident }: Conversation, line: TruthConversation): void {
    if (incident === null) return;
    let sum = this.#sums.get(incident);
    if (sum === undefined) this.#sums.set(incident, (sum = emptySum()));
    sum.clients.add(client.ip);
    sum.servers.add(server.ip);
    for (const party of [client, server]) if (isHost(party)) sum.hosts.add(party.name);
    sum.ports.add(line.server_port);
    sum.firstMs = Math.min(sum.firstMs, line.start);
    sum.lastMs = Math.max(sum.lastMs, line.end);
    const { expected } = sum;
    const add = (name: string, by: number): void => void (expected[name] = (expected[name] ?? 0) + by);
    add("conversations", 1);
    add("denied", line.denied_at === null ? 0 : 1);
    add("clientBytes", line.client_bytes);
    add("serverBytes", line.server_bytes);
    add("attemptedBytes", line.attempted_bytes);
  }

  /** The incidents that the world has, in the order in which they are listed. */
  close(incidents: readonly Incident[], estate: Estate, world: WorldSpan, lostRecords: number): TruthIncident[] {
    return incidents.flatMap((incident) => {
      const sum = this.#sums.get(incident.id) ?? emptySum();
      const isTold = this.#sums.has(incident.id);
      const planned = incident.when === undefined ? null : timeOf(incident.when, world);
      // Told, but the world is too short, or ordinary life that did not come to pass.
      const isStanding = incident.rules !== undefined || incident.hosts !== undefined;
      if (!isTold && planned === null && (incident.when !== undefined || !isStanding)) return [];
      if (incident.id === "log-gap") sum.expected.lostRecords = lostRecords;
      for (const name of incident.hosts ?? []) sum.hosts.add(name);
      const whole = planned ?? { fromMs: world.startMs, toMs: world.endMs };
      return [describe(incident, sum, isTold ? { fromMs: sum.firstMs, toMs: sum.lastMs } : whole, estate)];
    });
  }
}

function describe(
  { id, kind, technique, title, benign, rules = [] }: Incident,
  sum: Sum,
  time: { readonly fromMs: number; readonly toMs: number },
  estate: Estate,
): TruthIncident {
  const flowLogs = id === "log-gap" ? estate.aws.vpcs.filter(({ name }) => name === "payments") : [];
  return {
    id,
    kind,
    technique,
    title,
    benign,
    entities: {
      clients: [...sum.clients].sort(),
      servers: [...sum.servers].sort(),
      hosts: [...sum.hosts].sort(),
      ports: [...sum.ports].sort((a, b) => a - b),
      rules: [...rules],
      flowLogs: flowLogs.map(({ flowLog }) => flowLog.id),
    },
    ...time,
    expected: sum.expected,
  };
}

const emptySum = (): Sum => ({
  clients: new Set(),
  servers: new Set(),
  hosts: new Set(),
  ports: new Set(),
  firstMs: Infinity,
  lastMs: -Infinity,
  expected: {},
});

const isHost = (party: Party): party is Extract<Party, { name: string }> => "name" in party;
