import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actions, flags, incidentOf, legs, makeWorld, told, type World } from "./world-reader.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-demo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([1, 2, 9])("the world of seed %i", (seed) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(folder, seed);
  });

  it("has every incident, within its time, with conversations that the truth adds up", () => {
    expect(new Set(world.truth.incidents.map(({ id }) => id)).size).toBe(world.truth.incidents.length);
    expect(world.truth.incidents.length).toBeGreaterThanOrEqual(37);
    for (const incident of world.truth.incidents) {
      const lines = told(world, incident.id);
      expect(lines.length, incident.id).toBe(incident.expected.conversations ?? 0);
      expect(lines.reduce((sum, { client_bytes }) => sum + client_bytes, 0)).toBe(incident.expected.clientBytes ?? 0);
      expect(incident.fromMs).toBeLessThan(world.truth.endMs);
      if (lines.length === 0)
        expect(
          incident.entities.rules.length + incident.entities.hosts.length + incident.entities.flowLogs.length,
        ).toBeGreaterThan(0);
    }
    for (const kind of [
      "brute-force",
      "beacon",
      "exfiltration",
      "dns-tunnel",
      "lateral-movement",
      "vertical-scan",
      "policy-violation",
      "log-gap",
      "unused-rule",
      "s3-through-nat",
    ])
      expect(
        new Set(world.truth.incidents.filter((incident) => incident.kind === kind).map(({ benign }) => benign)).size,
        kind,
      ).toBe(2);
  });

  it("scans: many ports of one host, one port of many, and slowly", () => {
    const vertical = told(world, "vertical-scan");
    expect(new Set(vertical.map(({ server_port }) => server_port)).size).toBe(1_000);
    expect(vertical.every(({ server_verdict }) => server_verdict === "denied")).toBe(true);
    const seen = world.reads.filter(({ fields }) => fields["pkt-srcaddr"] === vertical[0]!.client_ip);
    expect([seen.length, actions(seen), flags(seen)]).toEqual([1_000, ["deny"], ["2"]]);
    const sweep = told(world, "horizontal-sweep");
    expect(new Set(sweep.map(({ server_ip }) => server_ip)).size).toBe(253);
    expect(incidentOf(world, "horizontal-sweep").entities.ports).toEqual([445]);
    const slow = told(world, "slow-scan");
    expect(slow.length).toBeGreaterThan(120);
    expect(slow.at(-1)!.start - slow[0]!.start).toBeGreaterThan(20 * 3_600_000);
  });

  it("breaks in: hundreds of short logins, a long session, and on from host to host", () => {
    const logins = told(world, "ssh-brute-force");
    const success = logins.at(-1)!;
    expect(logins.slice(0, -1).every(({ start, end }) => end - start < 5_000)).toBe(true);
    expect(logins.length).toBe(421);
    expect(success.end - success.start).toBeGreaterThan(45 * 60_000);
    expect(actions(legs(world, success, success.server_ip, true))).toEqual(["allow"]);
    const chain = told(world, "lateral-movement");
    expect(chain.map(({ client_ip }) => client_ip)).toEqual([
      success.server_ip,
      chain[0]!.server_ip,
      chain[1]!.server_ip,
    ]);
    expect(
      chain.every((line, at) => at === 0 || (line.start < chain[at - 1]!.end && line.start > chain[at - 1]!.start)),
    ).toBe(true);
    expect(chain[0]!.start).toBeGreaterThan(success.start);
    const spray = incidentOf(world, "password-spray");
    expect([spray.entities.clients.length, spray.entities.ports]).toEqual([1, [3_389]]);
    expect(spray.entities.servers.length).toBeGreaterThanOrEqual(10);
  });

  it("calls out: a beacon of 300 s, an exfiltration, a tunnel, and a websocket that only looks like one", () => {
    const starts = told(world, "beacon").map(({ start }) => start);
    const gaps = starts.slice(1).map((start, at) => (start - starts[at]!) / 1_000);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeGreaterThan(290);
    expect(mean).toBeLessThan(310);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(240);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(360);
    expect(world.conversations.filter(({ incident, translated }) => incident === "beacon" && translated)).toHaveLength(
      starts.length,
    );
    const exfiltration = incidentOf(world, "slow-exfiltration");
    expect(exfiltration.expected.clientBytes).toBeGreaterThan(800_000_000);
    expect(exfiltration.expected.clientBytes).toBeGreaterThan(20 * exfiltration.expected.serverBytes!);
    const tunnel = told(world, "dns-tunnel");
    expect(tunnel.length).toBeGreaterThan(1_500);
    expect(tunnel.every(({ client_bytes, client_packets }) => client_bytes / client_packets > 200)).toBe(true);
    const socket = told(world, "idle-websocket");
    expect([socket.length, legs(world, socket[0]!, socket[0]!.client_ip, false).length > 200]).toEqual([1, true]);
  });

  it("refuses the answer at the subnet's edge, and the wrong subnet by its rule", () => {
    const blocked = told(world, "nacl-return-path");
    expect(blocked.length).toBeGreaterThan(10);
    for (const line of blocked) {
      expect(line).toMatchObject({
        denied_at: "return",
        client_verdict: "allowed",
        server_verdict: "allowed",
        server_bytes: 0,
      });
      expect(actions(legs(world, line, line.client_ip, false))).toEqual(["allow"]);
      expect(actions(legs(world, line, line.server_ip, false))).toEqual(["allow"]);
      const answers = legs(world, line, line.server_ip, true);
      expect([actions(answers), flags(answers)]).toEqual([["deny"], ["18"]]);
      expect(legs(world, line, line.client_ip, true)).toEqual([]);
    }
    const wrong = told(world, "nsg-wrong-subnet");
    const servers = world.reads.filter(
      ({ fields }) =>
        fields.src === wrong[0]!.client_ip && fields.dst === wrong[0]!.server_ip && fields.dstport === "445",
    );
    expect(new Set(servers.map(({ fields }) => `${fields.direction} ${fields.eight}`))).toEqual(
      new Set(["O B", "O E", "I D"]),
    );
  });

  it("shows closed ports and hosts that are silent", () => {
    for (const line of told(world, "closed-port").slice(1, -1)) {
      expect(line.closed).toBe("rst");
      const answers = legs(world, line, line.client_ip, true);
      expect([actions(answers), flags(answers), line.server_packets]).toEqual([["allow"], ["4"], 1]);
    }
    for (const line of told(world, "silent-host").slice(1, -1)) {
      const asked = legs(world, line, line.server_ip, false);
      expect([actions(asked), flags(asked), line.client_packets]).toEqual([["allow"], ["2"], 4]);
      expect(legs(world, line, line.server_ip, true)).toEqual([]);
    }
  });

  it("leaves a gap in one flow log, while its conversations go on", () => {
    const { fromMs, toMs, entities, expected } = incidentOf(world, "log-gap");
    const [flowLog = ""] = entities.flowLogs;
    const stamps = world.files
      .filter((file) => file.includes(flowLog))
      .map((file) => Date.parse(file.replace(/.*_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_.*/, "$1-$2-$3T$4:$5:00Z")));
    expect(stamps.filter((stamp) => stamp >= fromMs - 240_000 && stamp < toMs - 300_000)).toEqual([]);
    expect(stamps.some((stamp) => stamp < fromMs - 300_000) && stamps.some((stamp) => stamp >= toMs)).toBe(true);
    expect(expected.lostRecords).toBeGreaterThan(50);
    const unseen = world.conversations.filter(
      ({ start, end, server_ip, server_verdict }) =>
        start > fromMs && end < toMs - 600_000 && server_ip.startsWith("10.40.10.") && server_verdict === null,
    );
    expect(unseen.length).toBeGreaterThan(0);
    expect(
      unseen.some(({ logged, counted_client_bytes }) => logged.includes("aws_tgw") && counted_client_bytes > 0),
    ).toBe(true);
  });
});

it("tells in shorter and longer worlds what fits into them", async () => {
  const short = await makeWorld(folder, 3, 6);
  expect(told(short, "beacon").length).toBeGreaterThan(60);
  expect(told(short, "ssh-brute-force")).toHaveLength(421);
  const shortest = await makeWorld(folder, 3, 1);
  expect(shortest.truth.incidents.some(({ id }) => id === "ssh-brute-force")).toBe(false);
  const long = await makeWorld(folder, 3, 30);
  expect(told(long, "ssh-brute-force")).toHaveLength(421);
  expect(long.truth.incidents.map(({ id }) => id)).toContain("log-gap");
});
