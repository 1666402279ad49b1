import { describe, expect, it } from "vitest";
import type { WhyJson } from "#api/contract/index.js";
import { lintFilter } from "#filter/index.js";
import { pathDrawings } from "./drawing.ts";
import { conversationsFilter, onCall } from "./on-call.ts";
import { outcomeRows } from "./outcome-rows.ts";
import { inPageWords } from "./problem-words.ts";
import { joinTarget, splitTarget } from "./target.ts";

type Outcome = WhyJson["outcomes"][number];

const logs = {
  conversations: 10,
  observers: ["eni-1"],
  flow_logs: [],
  gaps: [],
  addresses: { asked: 1, observed: 1 },
};
const denied: Outcome = {
  situation: "denied",
  port: 445,
  protocol: 6,
  ports: [445],
  port_count: 1,
  decided_at: "server",
  state: "denied",
  client_verdict: "allowed",
  server_verdict: "denied",
  way_verdict: null,
  rule: "UserRule_deny-lab",
  reason: null,
  provider: "azure",
  conversations: 21,
  attempts: 84,
  bytes: 0,
  attempted_bytes: 4900,
  first: "2026-03-03T03:31:37Z",
  last_start: "2026-03-03T08:16:41Z",
  last: "2026-03-03T08:16:48Z",
  longest_s: 7,
  longest_bytes: 240,
  clients: ["10.62.2.4"],
  client_count: 1,
  servers: ["10.60.3.4"],
  server_count: 1,
};

const sides: WhyJson["sides"] = {
  client: { request: "allowed", answer: "none" },
  way: { request: "unlogged", answer: "unlogged" },
  server: { request: "denied", answer: "none" },
};
const deniedCase: WhyJson["cases"][number] = {
  verdict: "denied",
  says: "Denied at the server's side by rule UserRule_deny-lab",
  conversations: 21,
  attempts: 84,
  first: denied.first,
  last: denied.last,
  earlier: false,
  sides,
  outcomes: [0],
};

function why(over: Partial<WhyJson> = {}): WhyJson {
  return {
    verdict: "denied",
    sentence: "Denied.",
    client: { asked: "10.62.2.4", name: "bi-1", addresses: ["10.62.2.4"], more_addresses: 0 },
    server: { asked: "10.60.3.4", name: null, addresses: ["10.60.3.4"], more_addresses: 0 },
    port: 445,
    protocol: null,
    range: { from: "2026-03-03T00:00:00.000Z", to: "2026-03-04T00:00:00.000Z" },
    sides,
    cases: [deniedCase],
    losses: [],
    outcomes: [denied],
    main: 0,
    records: [],
    coverage: { client: logs, server: logs, hops: [], logged: null, pending_hours: 0, missing: [] },
    ...over,
  };
}

describe("who is asked", () => {
  it.each([
    ["10.0.2.20", ["10.0.2.20", "", ""]],
    ["10.0.2.20:5432", ["10.0.2.20", "5432", ""]],
    ["db-1:53/udp", ["db-1", "53", "udp"]],
    ["10.0.2.20/icmp", ["10.0.2.20", "", "icmp"]],
    ["10.0.2.0/24", ["10.0.2.0/24", "", ""]],
    ["10.0.2.0/24:443", ["10.0.2.0/24", "443", ""]],
    ["2001:db8::1", ["2001:db8::1", "", ""]],
    ["[2001:db8::1]:443/tcp", ["2001:db8::1", "443", "tcp"]],
    ["/subscriptions/a/networks/vnet-1", ["/subscriptions/a/networks/vnet-1", "", ""]],
  ])("is taken apart and put together again: %s", (text, [end, port, protocol]) => {
    expect(splitTarget(text)).toEqual({ end, port, protocol });
    expect(joinTarget(splitTarget(text))).toBe(text);
  });
});

describe("the drawing", () => {
  const legsOf = (answer: WhyJson) => pathDrawings(answer)[0]?.legs ?? [];

  it("shows each side as its own log has it, and who decided", () => {
    const [client, way, server] = legsOf(why());
    expect([client?.request.stroke, way?.request.stroke, server?.request.stroke]).toEqual([
      "through",
      "dotted",
      "stopped",
    ]);
    expect([client?.decides, server?.decides, server?.rule]).toEqual([false, true, "Rule UserRule_deny-lab"]);
  });

  it("marks nobody where nothing was refused", () => {
    const through = { request: "allowed", answer: "allowed" };
    const open = { client: through, way: sides.way, server: through };
    const allowed = why({ verdict: "allowed", cases: [{ ...deniedCase, verdict: "allowed", sides: open }] });
    const unseen = why({ verdict: "unseen", outcomes: [], cases: [], main: null, sides: open });
    for (const answer of [allowed, unseen]) expect(legsOf(answer).some(({ decides }) => decides)).toBe(false);
  });

  it("says what can refuse where the log names nothing", () => {
    const ruleOf = (answer: string): unknown => {
      const server = { request: answer === "none" ? "denied" : "allowed", answer };
      const cases = [{ ...deniedCase, sides: { ...sides, server } }];
      return legsOf(why({ outcomes: [{ ...denied, rule: null, provider: "aws" }], cases }))[2]?.rule;
    };
    expect(ruleOf("none")).toBe("Security group or network ACL");
    expect(ruleOf("denied")).toBe("Network ACL");
  });

  it("draws each case of a mixed path, and none that was before", () => {
    const allowed = { ...deniedCase, verdict: "allowed" as const, says: "Allowed at both sides", conversations: 2 };
    const cases = [deniedCase, allowed, { ...allowed, says: "Allowed before", earlier: true }];
    expect(
      pathDrawings(why({ verdict: "mixed", cases })).map(({ says, conversations }) => [says, conversations]),
    ).toEqual([
      [deniedCase.says, 21],
      ["Allowed at both sides", 2],
    ]);
    expect(pathDrawings(why({ cases })).map(({ says }) => says)).toEqual([undefined]);
    expect(onCall(why({ verdict: "mixed", cases })).happened).toMatch(
      /^23 conversations, .*: denied at the server's side by rule UserRule_deny-lab \(21\); allowed at both sides \(2\)\.$/,
    );
  });

  it("says what a gateway lost, where and why, and who mends it", () => {
    const place = { gateway: "tgw-1", attachment: "tgw-attach-1", port: 445, protocol: 6 };
    const loss = { ...place, direction: "request", packets: 3, first: denied.first, last: denied.last } as const;
    for (const [reason, words] of [
      ["no_route", "no route"],
      ["blackhole", "blackhole route"],
      ["mtu_exceeded", "MTU exceeded"],
      ["ttl_expired", "time to live ran out"],
    ] as const) {
      const losses = [loss, { ...loss, attachment: "tgw-attach-2" }, { ...loss, port: 446 }];
      const answer = why({
        verdict: "dropped",
        cases: [{ ...deniedCase, verdict: "dropped" }],
        losses: losses.map((each) => ({ ...each, reason })),
      });
      expect(legsOf(answer)[1]?.losses).toEqual(
        ["tgw-1\ntgw-attach-1", "tgw-1\ntgw-attach-2"].map((place) => ({
          text: `${words}: lost 3 packets of the request`,
          place,
        })),
      );
      expect(onCall(answer).mend).toMatch(/^Whoever runs transit gateway tgw-1, attachment tgw-attach-1: /);
    }
  });
});

describe("what was seen", () => {
  it("is one row for services that came to the same, with all of their numbers", () => {
    const other = { ...denied, port: 22, conversations: 4, attempts: 5, last: "2026-03-03T09:00:00Z" };
    const allowed = { ...denied, situation: "allowed", decided_at: "both" };
    const answer = why({
      port: null,
      outcomes: [denied, allowed, other],
      cases: [{ ...deniedCase, outcomes: [0, 2] }],
    });
    const rows = outcomeRows(answer, () => "–");
    expect(rows.map(({ outcomes, conversations, isSpoken }) => [outcomes.length, conversations, isSpoken])).toEqual([
      [2, 25, true],
      [1, 21, false],
    ]);
    expect(rows[0]).toMatchObject({ attempts: 89, last: other.last, clients: { shown: ["10.62.2.4"], more: 0 } });
  });

  it("does not count addresses twice, nor those that nobody counted", () => {
    const many = { ...denied, clients: ["10.0.0.1", "10.0.0.2", "10.0.0.3"], client_count: 40 };
    const rows = (...outcomes: Outcome[]) => outcomeRows(why({ outcomes }), () => "")[0]?.clients.more;
    expect([rows(many), rows(denied, { ...denied, port: 22 })]).toEqual([38, 0]);
    const cases = [{ ...deniedCase, outcomes: [0, 1] }];
    expect(outcomeRows(why({ outcomes: [many, { ...many, port: 22 }], cases }), () => "")[0]?.clients.more).toBeNull();
  });
});

describe("a question that has no answer", () => {
  const problem = { type: "about:blank", status: 400, title: "“cach” is no address" };

  it("is told in words of the page, with the end that may be meant", () => {
    const named = inPageWords({ ...problem, code: "unknown-end", place: "TO", detail: "Did you mean cache?" });
    expect(named.instead).toEqual({ side: "server", end: "cache" });
    expect(named.problem.title).toBe("To: “cach” is no address");
    for (const code of ["unknown-end", "unseen-end", "bad-target", "too-many-addresses"]) {
      const { problem: told } = inPageWords({ ...problem, code, place: "FROM", detail: "… weir why 10.0.1.10 …" });
      expect(told.detail).toMatch(/ field/);
      expect(JSON.stringify(told)).not.toContain("weir ");
    }
  });

  it("stays as it is where the question is not at fault", () => {
    const other = { ...problem, code: "query-timeout", detail: "Ask about a shorter time." };
    expect(inPageWords(other)).toEqual({ problem: other, instead: undefined });
  });
});

describe("three lines for who is on call", () => {
  it("name the rule, the side, the cloud and the interface", () => {
    const record = { time: "2026-03-03T08:16:48Z", src: "10.62.2.4:1", dst: "10.60.3.4:445", rule: null };
    const place = { object: "a/PT1H.json", position: 8, sub_position: 4, object_id: 1 };
    const answer = onCall(why({ records: [{ ...record, ...place, action: "deny", observer: "eni-1" }] }));
    expect(answer).toEqual({
      happened:
        "21 conversations (84 attempts), from 2026-03-03 03:31 to 2026-03-03 08:16 UTC: the request was refused.",
      mend: "Rule UserRule_deny-lab: at the server's side, Azure, interface eni-1.",
      next: "Whether that rule is meant for this traffic; then its order and its source.",
    });
  });

  it("invent nobody where the logs cannot tell", () => {
    const unknown = why({ verdict: "unknown", outcomes: [], cases: [], main: null });
    expect(onCall(unknown).mend).toBe("Nobody can be named: the logs cannot tell where it ended.");
    const missing = { ...unknown.coverage, missing: ["10.60.3.4 is not logged in this time"] };
    expect(onCall({ ...unknown, coverage: missing }).next).toBe(
      "What is not known: 10.60.3.4 is not logged in this time.",
    );
  });

  it("have words for every verdict", () => {
    const verdicts = [
      ...(["allowed", "denied", "dropped", "lost", "unanswered", "closed_port"] as const),
      ...(["mixed", "stray", "reverse", "unseen", "unknown"] as const),
    ];
    for (const verdict of verdicts)
      for (const main of [0, null])
        for (const line of Object.values(onCall(why({ verdict, main })))) expect(line).toMatch(/^[A-Z0-9].*[.]$/);
  });
});

describe("the link to conversations", () => {
  it("is a filter that the page can read", () => {
    const filters = [
      why(),
      why({ client: { asked: "10.0.0.0/8", name: null, addresses: ["10.0.0.0-10.255.255.255"], more_addresses: 0 } }),
      why({ server: { asked: "db", name: null, addresses: ["10.0.0.1", "2001:db8::1"], more_addresses: 0 } }),
    ].map(conversationsFilter);
    expect(filters).toEqual([
      "client.ip = 10.62.2.4 and server.ip = 10.60.3.4 and server.port = 445",
      "client.ip in 10.0.0.0/8 and server.ip = 10.60.3.4 and server.port = 445",
      "client.ip = 10.62.2.4 and server.ip in (10.0.0.1, 2001:db8::1) and server.port = 445",
    ]);
    for (const filter of filters) expect(lintFilter(filter ?? "", "conversations")).toEqual([]);
  });

  it("is left out where the addresses are too many for one", () => {
    const many = { asked: "vpc-1", name: null, addresses: ["10.0.0.1"], more_addresses: 40 };
    expect(conversationsFilter(why({ client: many }))).toBeUndefined();
  });
});
