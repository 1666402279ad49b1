import type { WhyJson } from "#api/contract/index.js";

export type Leg = "client" | "way" | "server";

/**
 * How an arrow is drawn. `through`: solid, with a head. `stopped`: hatched, and ends in a cross. `both`: solid and hatched.
 * `passing`: solid and thin, seen without a verdict. `dotted`: not logged. `absent`: logged and not seen. `none`: there was none.
 */
export type Stroke = "through" | "stopped" | "both" | "passing" | "dotted" | "absent" | "none";

/** One arrow: the request goes to the right, its answer comes back. */
export interface Arrow {
  readonly stroke: Stroke;
  readonly word: string;
}

export interface LegDrawing {
  readonly leg: Leg;
  readonly title: string;
  readonly request: Arrow;
  readonly answer: Arrow;
  /** Whether this side decided, and what its log names. */
  readonly decides: boolean;
  readonly rule: string | undefined;
  /** What gives traffic another address there. */
  readonly hops: readonly string[];
}

const strokes: Readonly<Record<string, Stroke>> = {
  allowed: "through",
  observed: "passing",
  denied: "stopped",
  dropped: "stopped",
  mixed: "both",
  reset: "through",
  unseen: "absent",
  unlogged: "dotted",
  none: "none",
};

const words: Readonly<Record<string, string>> = {
  allowed: "allowed",
  observed: "seen",
  denied: "denied",
  dropped: "dropped",
  mixed: "allowed and denied",
  reset: "reset by the host",
  unseen: "logged, not seen",
  unlogged: "not logged",
  none: "none",
};

const titles: Readonly<Record<Leg, string>> = {
  client: "Client's side",
  way: "On the way",
  server: "Server's side",
};

/** The three stretches between client and server, each as its own log has it. */
export function pathDrawing({ sides, outcomes, main, coverage }: WhyJson): LegDrawing[] {
  const outcome = main === null ? undefined : outcomes[main];
  const isBad = outcome !== undefined && ["denied", "answer_denied", "dropped", "mixed"].includes(outcome.situation);
  return (["client", "way", "server"] as const).map((leg) => {
    const decides = isBad && (deciding[outcome.decided_at] ?? []).includes(leg);
    return {
      leg,
      title: titles[leg],
      request: arrow(sides[leg].request),
      answer: arrow(sides[leg].answer),
      decides,
      rule: decides ? ruleText(outcome) : undefined,
      hops: leg === "way" ? [...new Set(coverage.hops)] : [],
    };
  });
}

const deciding: Readonly<Record<string, readonly Leg[]>> = {
  client: ["client"],
  server: ["server"],
  both: ["client", "server"],
  transit: ["way"],
};

function arrow(word: string): Arrow {
  return { stroke: strokes[word] ?? "none", word: words[word] ?? word };
}

function ruleText({ rule, reason, provider, situation }: WhyJson["outcomes"][number]): string {
  if (rule !== null) return `Rule ${rule}`;
  if (reason !== null) return reason;
  if (situation === "dropped") return "The gateway";
  if (provider !== "aws") return "The log names no rule";
  return situation === "answer_denied" ? "Network ACL" : "Security group or network ACL";
}
