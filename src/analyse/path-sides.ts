import { verdictBits } from "./path-outcomes.ts";
import type { Leg, PathCoverage, PathOutcome, PathSides, PathVerdict, Situation } from "./path-types.ts";

type Words = Record<Leg, string | null>;

const PASSED: ReadonlySet<string | null> = new Set(["allowed", "observed", "mixed", "reset"]);
const STOPPED: ReadonlySet<string | null> = new Set(["denied", "dropped"]);
/** What was refused of these came late and stopped nothing. */
const CAME_THROUGH: ReadonlySet<Situation> = new Set(["allowed", "closed_port", "one_way", "unanswered"]);

/** What each side, and the way between, says of requests and of their answers, over conversations that came to one verdict. */
export function sidesOf(outcomes: readonly PathOutcome[], verdict: PathVerdict, coverage: PathCoverage): PathSides {
  const silent = (leg: Leg): string => (leg === "way" || coverage[leg].observers.length === 0 ? "unlogged" : "unseen");
  const request = wordsOf(outcomes, "request");
  const answer = wordsOf(outcomes, "answer");
  const isAnswered = Object.values(answer).some((word) => word !== null);
  if (verdict === "dropped" && !isAnswered) request.way = "dropped";
  // What one leg stopped never came to the next ones.
  const isStopped = STOPPED.has(request.client) || STOPPED.has(request.way);
  const isRefused = isStopped || STOPPED.has(request.server);
  const came = (leg: Leg): string => request[leg] ?? "none";
  const asked = {
    client: request.client ?? silent("client"),
    way: request.way ?? (STOPPED.has(request.client) ? "none" : "unlogged"),
    server: isStopped ? came("server") : (request.server ?? silent("server")),
  };
  if (isRefused && !isAnswered) return sides(asked, { client: "none", way: "none", server: "none" });
  const isBlind = outcomes.length > 0 && outcomes.every(({ blindToAnswers }) => blindToAnswers) && !isAnswered;
  const server = answer.server ?? (isBlind ? "unlogged" : unanswered(request.server, isAnswered, silent("server")));
  const way = answer.way ?? wayBack(server, request.way, isAnswered);
  const client = answer.client ?? atClient(server, way, request.client, silent("client"));
  return sides(asked, { client, way, server });
}

/** No answer was seen to leave the server. */
function unanswered(request: string | null, isAnswered: boolean, silent: string): string {
  return PASSED.has(request) && !isAnswered ? "none" : silent;
}

/** No answer was seen on the way. */
function wayBack(server: string, request: string | null, isAnswered: boolean): string {
  if (STOPPED.has(server) || server === "none") return "none";
  if (request === null) return "unlogged";
  return isAnswered ? "unseen" : "none";
}

/** No answer was seen to come to the client. */
function atClient(server: string, way: string, request: string | null, silent: string): string {
  if (server === "none" || STOPPED.has(server) || STOPPED.has(way)) return "none";
  // Whatever the far end did: the client was logged, and nothing came.
  return request !== null && !PASSED.has(server) && server !== "unlogged" ? "none" : silent;
}

const sides = (request: Record<Leg, string>, answer: Record<Leg, string>): PathSides => ({
  client: { request: request.client, answer: answer.client },
  way: { request: request.way, answer: answer.way },
  server: { request: request.server, answer: answer.server },
});

function wordsOf(outcomes: readonly PathOutcome[], direction: "request" | "answer"): Words {
  const of = (leg: Leg): string | null => {
    const words = outcomes.flatMap((outcome) => wordOf(outcome, direction, leg) ?? []);
    const [first] = words;
    if (first === undefined) return null;
    return words.every((word) => word === first) ? first : together(new Set(words));
  };
  return { client: of("client"), way: of("way"), server: of("server") };
}

/** Some of it passed, and some did not: that is what matters. */
function together(words: ReadonlySet<string>): string {
  const isStopped = words.has("denied") || words.has("dropped");
  const isPassed = [...words].some((word) => PASSED.has(word));
  if (isStopped && isPassed) return "mixed";
  if (isStopped) return words.has("denied") ? "denied" : "dropped";
  return words.has("allowed") ? "allowed" : "observed";
}

function wordOf(outcome: PathOutcome, direction: "request" | "answer", leg: Leg): string | null {
  const { situation } = outcome;
  const bits = outcome[direction][leg];
  const said = (verdict: keyof typeof verdictBits): boolean => (bits & verdictBits[verdict]) !== 0;
  const isPassed = said("allowed") || said("observed");
  if (said("denied") && !(isPassed && CAME_THROUGH.has(situation))) return isPassed ? "mixed" : "denied";
  const drops = direction === "request" ? "dropped" : "answer_dropped";
  if (said("dropped") && (situation === drops || !isPassed)) return "dropped";
  if (direction === "answer" && situation === "closed_port" && isPassed) return "reset";
  if (said("allowed")) return "allowed";
  return said("observed") ? "observed" : null;
}
