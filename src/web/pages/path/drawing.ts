import type { WhyJson } from "#api/contract/index.js";
import { lossesOfCase, lossLines, type LossLine } from "./losses.ts";

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
  /** What gateways lost there, and why. */
  readonly losses: readonly LossLine[];
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

/** One drawing: of all that the verdict speaks of, or of one of its cases. */
export interface PathDrawing {
  /** What it is of, where there is more than one. */
  readonly says: string | undefined;
  readonly conversations: number;
  readonly legs: readonly LegDrawing[];
}

type Case = WhyJson["cases"][number];

/** What the verdict speaks of, as drawings; where some of it came to one thing and some to another, one of each. */
export function pathDrawings(why: WhyJson): PathDrawing[] {
  const now = why.cases.filter(({ earlier }) => !earlier);
  const drawn = why.verdict === "mixed" ? now : now.slice(0, 1);
  const [first] = drawn;
  if (first === undefined) return [{ says: undefined, conversations: 0, legs: legsOf(why, why.sides, undefined) }];
  return drawn.map((one) => ({
    says: drawn.length > 1 ? one.says : undefined,
    conversations: one.conversations,
    legs: legsOf(why, one.sides, one),
  }));
}

/** The three stretches between client and server, each as its own log has it. */
function legsOf(why: WhyJson, sides: WhyJson["sides"], one: Case | undefined): LegDrawing[] {
  const outcome = one === undefined ? undefined : why.outcomes[one.outcomes[0] ?? -1];
  return (["client", "way", "server"] as const).map((leg) => {
    const [request, answer] = [arrow(sides[leg].request), arrow(sides[leg].answer)];
    const decides = [request, answer].some(({ stroke }) => stroke === "stopped" || stroke === "both");
    return {
      leg,
      title: titles[leg],
      request,
      answer,
      decides,
      rule: decides && outcome !== undefined && leg !== "way" ? ruleText(outcome, answer) : undefined,
      hops: leg === "way" ? [...new Set(why.coverage.hops)] : [],
      losses: leg === "way" ? lossLines(one === undefined ? why.losses : lossesOfCase(why, one)) : [],
    };
  });
}

function arrow(word: string): Arrow {
  return { stroke: strokes[word] ?? "none", word: words[word] ?? word };
}

function ruleText({ rule, reason, provider }: WhyJson["outcomes"][number], answer: Arrow): string {
  if (rule !== null) return `Rule ${rule}`;
  if (reason !== null) return reason;
  if (provider !== "aws") return "The log names no rule";
  return answer.stroke === "stopped" ? "Network ACL" : "Security group or network ACL";
}
