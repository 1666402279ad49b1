import type { EstateLook } from "#app/index.js";
import { counted } from "#base/human.js";
import { safeText, wrapped } from "../output/safe-text.ts";
import type { Output } from "../output/terminal.ts";

type Problem = EstateLook["estate"]["problems"][number];

const MOST = 5;
const WIDEST = 120;

/** What could not be asked: each cause once, with all that it concerns. */
export function problemLines(problems: readonly Problem[], out: Output): string[] {
  const causes = new Map<string, Problem[]>();
  for (const problem of problems) causes.set(causeOf(problem), [...(causes.get(causeOf(problem)) ?? []), problem]);
  return [...causes.values()].flatMap((alike) => causeLines(alike, out));
}

/** A refusal names who asked for what, where: the same cause reads differently in each account and region. */
function causeOf({ code, message, asked }: Problem): string {
  const plain = message
    .replaceAll(asked, "ACTION")
    .replaceAll(/arn:\S+/g, "ARN")
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{12}\b/gi, "ACCOUNT")
    .replaceAll(/\b[a-z]{2,}(?:-[a-z]+)+-\d\b/g, "REGION");
  return `${code} ${plain}`;
}

function causeLines(alike: readonly Problem[], out: Output): string[] {
  const [first] = alike;
  if (first === undefined) return [];
  const several = (of: (problem: Problem) => string | null, noun: string): string[] => {
    const values = [...new Set(alike.map(of).filter((value) => value !== null))].sort();
    if (values.length === 0) return [];
    const shown = values.slice(0, MOST).join(", ");
    return [values.length > MOST ? `${counted(values.length, noun)} (${shown}, …)` : shown];
  };
  const where = [...several(({ account }) => account, "account"), ...several(({ region }) => region, "region")];
  const what = several(({ asked }) => asked, "call");
  const times = alike.length > 1 ? `, ${alike.length} times` : "";
  const words = `${what.join("")}${where.length > 0 ? ` in ${where.join(", ")}` : ""}${times}: ${first.message}`;
  return [
    out.style("not asked", "yellow"),
    ...[words, ...(first.next === null ? [] : [`next: ${first.next}`])]
      .flatMap((text) => wrapped(safeText(text), Math.min(out.width, WIDEST) - 2))
      .map((line) => `  ${line}`),
  ];
}
