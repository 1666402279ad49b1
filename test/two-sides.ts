import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { gatewayDefaultFields } from "../src/decode/aws/aws-fields.ts";

/** Two hosts in two VPCs with a transit gateway between: everything is logged, for an hour, without a gap. */
export const client = { ip: "10.1.0.10", observer: "eni-0aaaaaaaaaaaaaaaa", flowLog: "fl-0aaaaaaaaaaaaaaaa" } as const;
export const server = { ip: "10.2.0.20", observer: "eni-0bbbbbbbbbbbbbbbb", flowLog: "fl-0bbbbbbbbbbbbbbbb" } as const;
export const gateway = { id: "tgw-0123456789abcdef0", toClient: "tgw-attach-0aa", toServer: "tgw-attach-0bb" } as const;

type Host = typeof client | typeof server;

const START = Date.parse("2026-03-03T12:00:00Z") / 1000;
const MINUTES = 60;
const vpcFields =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction";

/** What one record says, in the minute that it is of. */
interface Said {
  readonly minute: number;
  readonly from: Host;
  readonly port: number;
  readonly clientPort?: number;
  readonly packets?: number;
  /** FIN 1, SYN 2, RST 4, SYN-ACK 18. */
  readonly flags?: number;
}

/** Packets that the gateway lost of a record's, by AWS's names of the reasons. */
interface Lost {
  readonly noRoute?: number;
  readonly blackhole?: number;
  readonly mtu?: number;
  readonly ttl?: number;
}

/** The logs of the two sides and of what is between, written record by record. */
export class TwoSides {
  readonly folder = mkdtempSync(join(tmpdir(), "weir-two-sides-"));
  readonly #lines = new Map<string, string[]>();

  /** Whoever is logged has something to say in every minute, let through and refused. */
  constructor() {
    for (let minute = 0; minute < MINUTES; minute++)
      for (const { ip, observer, flowLog } of [client, server]) {
        this.#vpc(flowLog, observer, ["10.9.0.9", ip, 41_000, 9100, 4, 400, minute, "ACCEPT", 3, "ingress"]);
        this.#vpc(flowLog, observer, [ip, "10.9.0.9", 9100, 41_000, 4, 400, minute, "ACCEPT", 19, "egress"]);
        this.#vpc(flowLog, observer, ["198.51.100.9", ip, 50_000, 23, 1, 40, minute, "REJECT", 2, "ingress"]);
      }
  }

  /** A record of a host's own interface. */
  sees(at: Host, said: Said, action: "ACCEPT" | "REJECT" = "ACCEPT"): this {
    const { src, dst, srcPort, dstPort, packets, flags } = wordsOf(said);
    const direction = said.from === at ? "egress" : "ingress";
    const cells = [src, dst, srcPort, dstPort, packets, packets * 60, said.minute, action, flags, direction] as const;
    this.#vpc(at.flowLog, at.observer, cells);
    return this;
  }

  /** The gateway's record of packets that came in by their sender's attachment. */
  passes(said: Said, { noRoute = 0, blackhole = 0, mtu = 0, ttl = 0 }: Lost = {}): this {
    const { src, dst, srcPort, dstPort, packets, flags } = wordsOf(said);
    const attachment = said.from === client ? gateway.toClient : gateway.toServer;
    const values: Readonly<Record<string, string | number>> = {
      version: 6,
      "resource-type": "TransitGateway",
      "account-id": "123456789012",
      "tgw-id": gateway.id,
      "tgw-attachment-id": attachment,
      srcaddr: src,
      dstaddr: dst,
      srcport: srcPort,
      dstport: dstPort,
      protocol: 6,
      packets,
      bytes: packets * 60,
      start: START + said.minute * 60,
      end: START + said.minute * 60 + 59,
      "log-status": "OK",
      type: "IPv4",
      "packets-lost-no-route": noRoute,
      "packets-lost-blackhole": blackhole,
      "packets-lost-mtu-exceeded": mtu,
      "packets-lost-ttl-expired": ttl,
      "tcp-flags": flags,
      region: "eu-central-1",
      "flow-direction": "ingress",
    };
    this.#add("fl-0cccccccccccccccc", gatewayDefaultFields.map((field) => values[field] ?? "-").join(" "));
    return this;
  }

  /** A connection that everybody let through, asked and answered. */
  connects(said: Omit<Said, "from">): this {
    const [request, answer] = [
      { ...said, from: client, flags: 3 },
      { ...said, from: server, flags: 19 },
    ] as const;
    for (const each of [request, answer]) this.sees(client, each).passes(each).sees(server, each);
    return this;
  }

  /** Writes the logs. @returns their folder */
  write(): string {
    const folder = join(this.folder, "logs");
    mkdirSync(folder, { recursive: true });
    for (const [flowLog, lines] of this.#lines) {
      const head = flowLog.startsWith("fl-0c") ? gatewayDefaultFields.join(" ") : vpcFields;
      const file = `123456789012_vpcflowlogs_eu-central-1_${flowLog}_20260303T1300Z_0a1b2c3d.log.gz`;
      writeFileSync(join(folder, file), gzipSync(`${[head, ...lines].join("\n")}\n`, { level: 1 }));
    }
    return folder;
  }

  #vpc(
    flowLog: string,
    observer: string,
    [src, dst, srcPort, dstPort, packets, bytes, minute, action, flags, direction]: readonly (string | number)[],
  ): void {
    const start = START + Number(minute) * 60;
    const ends = `${src} ${dst} ${srcPort} ${dstPort} 6 ${packets} ${bytes} ${start} ${start + 59}`;
    this.#add(flowLog, `5 123456789012 ${observer} ${ends} ${action} OK ${flags} ${direction}`);
  }

  #add(flowLog: string, line: string): void {
    const lines = this.#lines.get(flowLog);
    if (lines === undefined) this.#lines.set(flowLog, [line]);
    else lines.push(line);
  }
}

function wordsOf({ from, port, clientPort = 40_000, packets = 3, flags = from === client ? 2 : 18 }: Said) {
  const isRequest = from === client;
  return {
    src: from.ip,
    dst: isRequest ? server.ip : client.ip,
    srcPort: isRequest ? clientPort : port,
    dstPort: isRequest ? port : clientPort,
    packets,
    flags,
  };
}
