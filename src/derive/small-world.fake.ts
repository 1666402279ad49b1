import fc from "fast-check";
import type { Record } from "./flow-fixture.fake.ts";

/** How a host's interface is logged: window and phase in seconds, or by Azure's tuples, or not at all. */
export type HostLog =
  | { readonly kind: "aws"; readonly window: number; readonly phase: number }
  | { readonly kind: "azure" | "none" };

interface Host {
  readonly ip: string;
  readonly observer: string;
  readonly log: HostLog;
}

/** Seconds after noon and bytes. */
interface Packet {
  readonly at: number;
  readonly bytes: number;
}

/** What really passed. */
export interface Exchange {
  readonly client: Host;
  readonly server: Host;
  readonly port: number;
  readonly up: readonly Packet[];
  readonly down: readonly Packet[];
}

export interface SmallWorld {
  readonly exchanges: readonly Exchange[];
  readonly records: readonly Record[];
}

const [SYN, FIN, ACK] = [2, 1, 16];
const TUPLE_SECONDS = 300;
const MOST_PACKETS = 30;

/** Hours that all of a small world lies in. */
export const WORLD_HOURS = 3;

export const anyLog: fc.Arbitrary<HostLog> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("aws" as const),
      window: fc.constantFrom(60, 600),
      phase: fc.integer({ min: 0, max: 599 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "azure" as const }) },
);

/** Worlds of a few hosts whose connections begin and end as they like, across hours too. Every connection has a port of its own. */
export function smallWorlds(logs: fc.Arbitrary<HostLog>, most = 30): fc.Arbitrary<SmallWorld> {
  const packets = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 40, max: 60_000 })), {
    minLength: 1,
    maxLength: MOST_PACKETS,
  });
  const plan = fc.record({
    client: fc.nat({ max: 3 }),
    server: fc.nat({ max: 3 }),
    start: fc.integer({ min: 0, max: 9000 }),
    seconds: fc.constantFrom(0, 3, 50, 400, 1700),
    up: packets,
    down: packets,
  });
  return fc
    .record({
      clients: fc.array(logs, { minLength: 4, maxLength: 4 }),
      servers: fc.array(logs, { minLength: 4, maxLength: 4 }),
      plans: fc.array(plan, { minLength: 1, maxLength: most }),
    })
    .map(({ clients, servers, plans }) => {
      const hosts = (block: number, all: readonly HostLog[]): Host[] =>
        all.map((log, at) => ({ ip: `10.${block}.0.${at + 4}`, observer: `nic-${block}-${at}`, log }));
      const [from, to] = [hosts(1, clients), hosts(2, servers)];
      const exchanges = plans.map(({ client, server, start, seconds, up, down }, at) => ({
        client: from[client] as Host,
        server: to[server] as Host,
        port: 40_000 + at,
        // The client speaks first, and an answer takes a second.
        up: train(up, start, seconds),
        down: train(down, start + 1, seconds),
      }));
      return { exchanges, records: exchanges.flatMap((exchange) => recordsOf(exchange)) };
    });
}

function train(drawn: readonly (readonly [number, number])[], start: number, seconds: number): Packet[] {
  const first = { at: start, bytes: drawn[0]?.[1] ?? 40 };
  const rest = drawn.slice(1).map(([share, bytes]) => ({ at: start + Math.floor(share * seconds), bytes }));
  return [first, ...rest].sort((a, b) => a.at - b.at);
}

/** What the interfaces of both ends write down. */
export function recordsOf(exchange: Exchange): Record[] {
  return [...sightOf(exchange, true), ...sightOf(exchange, false)];
}

export const nameOf = ({ client, server, port }: Exchange): string => `${client.ip}:${port} > ${server.ip}:5432/6`;
export const bytesOf = (packets: readonly Packet[]): number => packets.reduce((sum, { bytes }) => sum + bytes, 0);

function sightOf(exchange: Exchange, atClient: boolean): Record[] {
  const { observer, log } = atClient ? exchange.client : exchange.server;
  switch (log.kind) {
    case "none":
      return [];
    case "azure":
      return tuplesOf(exchange, observer, atClient);
    case "aws":
      return [true, false].flatMap((isRequest) => windowsOf(exchange, observer, atClient, isRequest, log));
    default:
      return log satisfies never;
  }
}

function windowsOf(
  exchange: Exchange,
  observer: string,
  atClient: boolean,
  isRequest: boolean,
  { window, phase }: { readonly window: number; readonly phase: number },
): Record[] {
  const ends = endsOf(exchange);
  const packets = isRequest ? exchange.up : exchange.down;
  const byWindow = new Map<number, Packet[]>();
  for (const packet of packets) {
    const number = Math.floor((packet.at - phase) / window);
    byWindow.set(number, [...(byWindow.get(number) ?? []), packet]);
  }
  return [...byWindow.values()].map((inside) => {
    const [first, last] = [inside[0] as Packet, inside.at(-1) as Packet];
    const opening = first === packets[0] ? (isRequest ? SYN : SYN | ACK) : 0;
    return {
      observer,
      point: isRequest === atClient ? "src" : "dst",
      from: isRequest ? ends.client : ends.server,
      to: isRequest ? ends.server : ends.client,
      bytes: bytesOf(inside),
      at: first.at,
      seconds: last.at - first.at,
      flags: opening | (last === packets.at(-1) ? FIN : 0),
    };
  });
}

/** Begin, a delta every five minutes in which something passed, end. */
function tuplesOf(exchange: Exchange, observer: string, atClient: boolean): Record[] {
  const { client, server } = endsOf(exchange);
  const all = [...exchange.up, ...exchange.down].map(({ at }) => at);
  const [begin, end] = [Math.min(...all), Math.max(...all)];
  const base = {
    log: "azure_vnet",
    flowLog: "vnet",
    observer,
    point: atClient ? "src" : "dst",
    from: client,
    to: server,
  } as const;
  const tuples: Record[] = [{ ...base, at: begin, state: "begin" }];
  let since = -1;
  const tell = (at: number, state: "continue" | "end"): void => {
    const passed = (packets: readonly Packet[]): number =>
      bytesOf(packets.filter((packet) => packet.at > since && packet.at <= at));
    const [bytes, back] = [passed(exchange.up), passed(exchange.down)];
    if (state === "end" || bytes + back > 0) tuples.push({ ...base, at, state, bytes, back });
    since = at;
  };
  for (let at = begin + TUPLE_SECONDS; at < end; at += TUPLE_SECONDS) tell(at, "continue");
  tell(end, "end");
  return tuples;
}

const endsOf = ({ client, server, port }: Exchange): { client: string; server: string } => ({
  client: `${client.ip}:${port}`,
  server: `${server.ip}:5432`,
});
