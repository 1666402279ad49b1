import type { PathAnswer, PathCoverage, PathOutcome, PathSide, PathVerdict } from "./path-types.ts";

type Sides = PathAnswer["sides"];

/** What each side, and the way between, says of the request and of its answer. */
export function sidesOf(main: PathOutcome | undefined, verdict: PathVerdict, coverage: PathCoverage): Sides {
  const silent = (side: "client" | "server"): PathSide => {
    const word = coverage[side].observers.length === 0 ? "unlogged" : "unseen";
    return { request: word, answer: word };
  };
  if (main === undefined)
    return { client: silent("client"), way: { request: "unlogged", answer: "unlogged" }, server: silent("server") };
  const way = main.wayVerdict ?? (main.situation === "dropped" ? "dropped" : "unlogged");
  return {
    client: sideOf("client", main, verdict, coverage),
    way: { request: way, answer: way === "unlogged" ? way : answerOf(main, way) },
    server: sideOf("server", main, verdict, coverage),
  };
}

function sideOf(side: "client" | "server", main: PathOutcome, verdict: PathVerdict, coverage: PathCoverage): PathSide {
  const said = side === "client" ? main.clientVerdict : main.serverVerdict;
  if (said === null) {
    // What the client's side stopped never came to the server's, logged or not.
    if (side === "server" && main.situation === "denied" && main.decidedAt === "client")
      return { request: "none", answer: "none" };
    const word =
      verdict === "lost" && side === "server"
        ? "unseen"
        : coverage[side].observers.length === 0
          ? "unlogged"
          : "unseen";
    return { request: word, answer: word };
  }
  if (main.situation === "answer_denied") return { request: "allowed", answer: said === "denied" ? "denied" : "none" };
  return { request: said, answer: answerOf(main, said) };
}

function answerOf(main: PathOutcome, said: string): string {
  switch (main.situation) {
    case "allowed":
    case "mixed":
      return said;
    case "closed_port":
      return "reset";
    case "answer_denied":
    case "denied":
    case "dropped":
    case "one_way":
    case "unanswered":
    case "stray":
      return "none";
  }
}
