import type { AnswerJson } from "#api/contract/index.js";
import { groupValue } from "../../chart/series.ts";

/** What passed from one cloud to another; null is outside of all clouds that are logged. */
export interface CloudPair {
  readonly client: string | null;
  readonly server: string | null;
  readonly bytes: number;
  readonly conversations: number;
  readonly denied: number;
}

export interface CloudTraffic {
  readonly between: readonly CloudPair[];
  readonly inside: readonly CloudPair[];
  readonly outside: readonly CloudPair[];
  /** Denied packets of connections that were already over: not attempts. */
  readonly strays: number;
}

/** Legs of conversations that are counted elsewhere. */
const again = new Set(["translated", "encapsulation"]);

/** Sums of pairs of clouds, from rows by both ends' cloud and by class. */
export function cloudTraffic({ rows }: Pick<AnswerJson, "rows">): CloudTraffic {
  const pairs = new Map<string, CloudPair>();
  let strays = 0;
  for (const row of rows) {
    const kind = groupValue(row["class"]);
    const conversations = Number(row["conversations"] ?? 0);
    if (kind === "stray") strays += conversations;
    if (kind === "stray" || again.has(kind ?? "")) continue;
    const [client, server] = [groupValue(row["client_provider"]), groupValue(row["server_provider"])];
    const key = JSON.stringify([client, server]);
    const known = pairs.get(key);
    pairs.set(key, {
      client,
      server,
      bytes: (known?.bytes ?? 0) + Number(row["bytes"] ?? 0),
      conversations: (known?.conversations ?? 0) + conversations,
      denied: (known?.denied ?? 0) + Number(row["denied"] ?? 0),
    });
  }
  const all = [...pairs.values()].toSorted((a, b) => b.bytes - a.bytes || b.conversations - a.conversations);
  const isKnown = ({ client, server }: CloudPair): boolean => client !== null && server !== null;
  return {
    between: all.filter((pair) => isKnown(pair) && pair.client !== pair.server),
    inside: all.filter((pair) => isKnown(pair) && pair.client === pair.server),
    outside: all.filter((pair) => !isKnown(pair)),
    strays,
  };
}
