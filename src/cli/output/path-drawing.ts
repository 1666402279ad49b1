import type { PathAnswer } from "#app/index.js";
import { counted } from "#base/human.js";
import { safeText } from "./safe-text.ts";
import type { Output, Style } from "./terminal.ts";

type Leg = "client" | "way" | "server";

/** How a word of a side is drawn: the arrow of the request, that of the answer, and its colour. All are equally wide. */
const marks: Readonly<Record<string, readonly [request: string, answer: string, style: Style]>> = {
  allowed: ["──✔──▶", "◀──✔──", "green"],
  observed: ["──────", "──────", "dim"],
  denied: ["──✘   ", "   ✘──", "red"],
  dropped: ["──✘   ", "   ✘──", "red"],
  mixed: ["─✔─✘─▶", "◀─✘─✔─", "yellow"],
  reset: ["──────", "◀─RST─", "yellow"],
  unseen: ["  ∅   ", "   ∅  ", "yellow"],
  unlogged: ["··?···", "···?··", "dim"],
  none: ["      ", "      ", "dim"],
};
/** Nobody expects the way between to be logged. */
const way = ["······", "······", "dim"] as const;
const nothing = ["      ", "      ", "dim"] as const;
const legs: readonly Leg[] = ["client", "way", "server"];

const meanings: readonly (readonly [word: string, meaning: string])[] = [
  ["allowed", "✔ allowed"],
  ["denied", "✘ denied"],
  ["dropped", "✘ dropped"],
  ["mixed", "✔✘ both"],
  ["reset", "RST reset by the host"],
  ["unseen", "∅ logged, and not seen"],
  ["unlogged", "? not logged"],
];

type Sides = PathAnswer["sides"];

/**
 * The two ends and what passed between them: the request above, the answer below, each side as its own log has it. Where some
 * of it came to one thing and some to another, each has a drawing of its own, under what it came to.
 */
export function pathDrawing(answer: PathAnswer, client: string, server: string, output: Output): string[] {
  const drawn = answer.verdict === "mixed" ? answer.cases.filter(({ isEarlier }) => !isEarlier) : [];
  if (drawn.length < 2) return drawingOf(answer.sides, client, server, output);
  return drawn.flatMap(({ says, conversations, sides }, at) => [
    ...(at === 0 ? [] : [""]),
    `  ${safeText(says)} (${counted(conversations, "conversation")})`,
    ...drawingOf(sides, client, server, output),
  ]);
}

function drawingOf(sides: Sides, client: string, server: string, output: Output): string[] {
  const draw = (direction: 0 | 1): string => {
    const parts = legs.map((leg) => {
      const side = sides[leg];
      const word = direction === 0 ? side.request : side.answer;
      const mark = leg === "way" && word === "unlogged" ? way : (marks[word] ?? nothing);
      return output.style(mark[direction], mark[2]);
    });
    return parts.join(" ");
  };
  const words = new Set(
    legs
      .flatMap((leg) => [sides[leg].request, sides[leg].answer].map((word) => ({ leg, word })))
      .flatMap(({ leg, word }) => (leg === "way" && word === "unlogged" ? [] : [word])),
  );
  const legend = meanings.filter(([word]) => words.has(word)).map(([, meaning]) => meaning);
  return [
    `  ${client} ${draw(0)} ${server}`.trimEnd(),
    `  ${" ".repeat(client.length)} ${draw(1)}`.trimEnd(),
    `  ${" ".repeat(client.length)} ${output.style(legend.join(" · "), "dim")}`.trimEnd(),
  ].filter((line) => line !== "");
}
