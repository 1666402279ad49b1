import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askWhy, type PathAnswer } from "../src/app/index.ts";
import { client, gateway, server, TwoSides } from "./two-sides.ts";
import { ingest, main } from "./weir.ts";

/** `weir why` where what happened is told by one record: what a gateway lost, which side refused an answer, which part was refused. */
const world = new TwoSides();
const lake = join(world.folder, "lake");
const why = (port: number): Promise<PathAnswer> =>
  askWhy(lake, { client: client.ip, server: `${server.ip}:${port}`, nowMs: Date.parse("2026-03-03T13:05:00Z") });

/** Ports of the server, each with its own fate. */
const port = {
  noRoute: 1001,
  blackhole: 1002,
  ttl: 1003,
  mtu: 1004,
  answerNoRoute: 1005,
  twoReasons: 1006,
  answerRefused: 1011,
  mixed: 1012,
  stray: 1013,
  sameRows: 1014,
} as const;

beforeAll(() => {
  const asks = (at: number, minute: number, packets = 3) => ({ from: client, port: at, minute, packets }) as const;
  const answers = (at: number, minute: number, packets = 3) => ({ from: server, port: at, minute, packets }) as const;
  const lost = (at: number, loss: Parameters<TwoSides["passes"]>[1], packets = 3) =>
    world.sees(client, asks(at, 10)).passes(asks(at, 10, packets), loss);
  lost(port.noRoute, { noRoute: 3 });
  lost(port.blackhole, { blackhole: 3 }, 0);
  lost(port.ttl, { ttl: 3 });
  lost(port.twoReasons, { noRoute: 2, blackhole: 1 });
  for (const each of [asks(port.mtu, 10, 20), answers(port.mtu, 10, 20)])
    world
      .sees(client, { ...each, flags: each.from === client ? 3 : 19 })
      .passes(each, each.from === server ? { mtu: 4 } : {})
      .sees(server, { ...each, flags: each.from === client ? 3 : 19 });
  world
    .sees(client, asks(port.answerNoRoute, 10))
    .passes(asks(port.answerNoRoute, 10))
    .sees(server, asks(port.answerNoRoute, 10))
    .sees(server, answers(port.answerNoRoute, 10))
    .passes(answers(port.answerNoRoute, 10), { noRoute: 3 });
  for (const each of [asks(port.answerRefused, 10), answers(port.answerRefused, 10)])
    world
      .sees(client, each, each.from === server ? "REJECT" : "ACCEPT")
      .passes(each)
      .sees(server, each);
  for (let at = 0; at < 6; at++) {
    const one = { clientPort: 40_100 + at };
    if (at % 2 === 0) world.connects({ minute: 10 + at * 3, port: port.mixed, ...one });
    else {
      const refused = { ...asks(port.mixed, 10 + at * 3), ...one };
      world.sees(client, refused).passes(refused).sees(server, refused, "REJECT");
    }
  }
  world.sees(server, { ...asks(port.stray, 20), flags: 1 }, "REJECT");
  world.connects({ minute: 10, port: port.sameRows, clientPort: 40_200 });
  // The same again, and the gateway's log does not have it.
  for (const each of [
    { ...asks(port.sameRows, 20), flags: 3 },
    { ...answers(port.sameRows, 20), flags: 19 },
  ])
    world.sees(client, each).sees(server, each);
  ingest(lake, world.write(), "--final", "--workers", "1");
}, 60_000);
afterAll(() => rmSync(world.folder, { recursive: true, force: true }));

describe("what a transit gateway lost", () => {
  const at = `at transit gateway ${gateway.id} (attachment ${gateway.toClient}), which lost 3 packets`;
  it.each([
    ["for want of a route", port.noRoute, `No route ${at}: 3 attempts in 1 conversation at `],
    ["in a blackhole route", port.blackhole, `Blackhole route ${at}: 3 attempts in 1 conversation at `],
    ["to a loop", port.ttl, `Time to live ran out ${at}: 3 attempts in 1 conversation at `],
    ["for two reasons", port.twoReasons, `No route ${at} (no route 2, blackhole route 1): 3 attempts in 1`],
  ])("%s, is no loss without a cause", async (_, asked, sentence) => {
    const answer = await why(asked);
    expect(answer.sentence.slice(0, sentence.length)).toBe(sentence);
    expect(answer.verdict).toBe("dropped");
    expect(answer.sides).toEqual({
      client: { request: "allowed", answer: "none" },
      way: { request: "dropped", answer: "none" },
      server: { request: "none", answer: "none" },
    });
    expect(answer.losses.reduce((sum, { packets }) => sum + packets, 0)).toBe(3);
    expect(answer.losses[0]).toMatchObject({ direction: "request", gateway: gateway.id, attachment: gateway.toClient });
  });

  it("on the way back is not the host's silence", async () => {
    const { verdict, sentence, sides } = await why(port.answerNoRoute);
    expect([verdict, sentence]).toEqual([
      "dropped",
      expect.stringMatching(
        `^The request arrived and its answer had no route at transit gateway ${gateway.id} \\(attachment ${gateway.toServer}\\), which lost 3 packets: `,
      ),
    ]);
    expect(sides).toEqual({
      client: { request: "allowed", answer: "none" },
      way: { request: "observed", answer: "dropped" },
      server: { request: "allowed", answer: "allowed" },
    });
  });

  it("of traffic that came through is told beside the verdict", async () => {
    const { verdict, sentence, losses } = await why(port.mtu);
    expect(verdict).toBe("allowed");
    expect(sentence).toMatch(
      new RegExp(
        `\\. On the way, transit gateway ${gateway.id} \\(attachment ${gateway.toServer}\\) lost 4 packets from the server \\(MTU exceeded\\)\\.$`,
      ),
    );
    expect(losses).toMatchObject([{ direction: "answer", reason: "mtu_exceeded", packets: 4, port: port.mtu }]);
  });

  it("is told by the command, and in JSON", () => {
    const run = (...args: string[]): string =>
      spawnSync(
        process.execPath,
        [main, "why", client.ip, `${server.ip}:${port.noRoute}`, "--data", lake, "--from", "2026-03-03", ...args],
        { encoding: "utf8" },
      ).stdout;
    expect(run()).toMatch(/^No route at transit gateway tgw-0123456789abcdef0 .*\n\n {2}10\.1\.0\.10 ──✔──▶ ──✘ /);
    expect(JSON.parse(run("--json"))).toMatchObject({
      verdict: "dropped",
      losses: [
        { gateway: gateway.id, attachment: gateway.toClient, reason: "no_route", packets: 3, port: port.noRoute },
      ],
      cases: [{ says: `No route at transit gateway ${gateway.id}`, conversations: 1, earlier: false, outcomes: [0] }],
    });
  });
});

describe("an answer", () => {
  it("that the client's side refused was given at the server's", async () => {
    const { verdict, sentence, sides } = await why(port.answerRefused);
    expect([verdict, sentence]).toEqual([
      "denied",
      expect.stringMatching(/^The request passed and its answer was denied at the client's side: a network ACL/),
    ]);
    expect(sides).toEqual({
      client: { request: "allowed", answer: "denied" },
      way: { request: "observed", answer: "observed" },
      server: { request: "allowed", answer: "allowed" },
    });
  });
});

describe("a path with several fates", () => {
  it("is told, drawn and counted from the same cases", async () => {
    const { verdict, sentence, sides, cases, outcomes } = await why(port.mixed);
    expect(verdict).toBe("mixed");
    expect(cases.map(({ verdict: one, conversations, isEarlier }) => [one, conversations, isEarlier])).toEqual(
      expect.arrayContaining([
        ["denied", 3, false],
        ["allowed", 3, false],
      ]),
    );
    for (const { says } of cases) expect(sentence.toLowerCase()).toContain(says.toLowerCase());
    expect(sides).toEqual({
      client: { request: "allowed", answer: "allowed" },
      way: { request: "observed", answer: "observed" },
      server: { request: "mixed", answer: "allowed" },
    });
    const drawn = Object.fromEntries(cases.map((each) => [each.verdict, each.sides.server]));
    expect(drawn).toEqual({
      denied: { request: "denied", answer: "none" },
      allowed: { request: "allowed", answer: "allowed" },
    });
    expect(outcomes).toHaveLength(2);
  });

  it("has one row for what came to the same, whoever else saw it", async () => {
    const { outcomes, cases } = await why(port.sameRows);
    expect(outcomes.map(({ situation, conversations }) => [situation, conversations])).toEqual([["allowed", 2]]);
    expect(cases).toHaveLength(1);
  });
});

it("late packets are drawn where they were refused", async () => {
  const { verdict, sentence, sides, records } = await why(port.stray);
  expect([verdict, sentence]).toEqual([
    "stray",
    expect.stringMatching(/^Only remains: 3 packets of 1 connection that was over, refused at the server's side at /),
  ]);
  expect(sides.server).toEqual({ request: "denied", answer: "none" });
  expect(records.map(({ action }) => action)).toEqual(["deny"]);
});
