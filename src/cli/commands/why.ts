import { askWhy, type PathAnswer } from "#app/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { counted, humanTime } from "../output/human.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

interface WhyOptions extends DataOption, FormatOptions {
  readonly from?: string;
  readonly to?: string;
  readonly expect?: "allowed" | "denied";
}

/** Bad news in a command that judges. */
const BAD_NEWS = 1;

/** `weir why`: one sentence, each side's coverage, and the records that say so. */
export async function runWhy(console: Console, client: string, server: string, options: WhyOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { from, to, expect } = options;
  const time = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const answer = await withInterrupt((signal) =>
    askWhy(dataDir, { client, server, ...time, nowMs: Date.now(), signal }),
  );
  if (formatOf(options) === "json") await console.out.line(JSON.stringify(answerJson(answer)));
  else await printAnswer(answer, console);
  return expect === undefined || expect === answer.verdict ? 0 : BAD_NEWS;
}

function answerJson({ verdict, sentence, outcomes, records, coverage, range }: PathAnswer): object {
  return {
    verdict,
    sentence,
    outcomes: outcomes.map((outcome) => ({
      verdict: outcome.verdict,
      decided_at: outcome.decidedAt,
      state: outcome.state,
      client_verdict: outcome.clientVerdict,
      server_verdict: outcome.serverVerdict,
      rule: outcome.rule,
      conversations: outcome.conversations,
      bytes: outcome.bytes,
      attempted_bytes: outcome.attemptedBytes,
      first: outcome.first,
      last: outcome.last,
      return_denied: outcome.returnDenied,
    })),
    records: records.map(({ subPosition, ...record }) => ({ ...record, sub_position: subPosition })),
    coverage: { client: coverage.client, server: coverage.server, lost_windows: coverage.lostWindows },
    range: { from: new Date(range.from / 1000).toISOString(), to: new Date(range.to / 1000).toISOString() },
  };
}

async function printAnswer(answer: PathAnswer, { out }: Console): Promise<void> {
  const style = answer.verdict === "allowed" ? "green" : answer.verdict === "denied" ? "red" : "yellow";
  await out.line(out.style(safeText(answer.sentence), "bold", style));
  if (answer.records.length > 0) {
    await out.line();
    const headings = ["Time", "From", "To", "Action", "Observer", "Rule", "Record"].map((heading) => ({
      heading,
      align: "left" as const,
      ...(heading === "Rule" && { mayShrink: true, isId: true }),
    }));
    const rows = answer.records.map((record) =>
      [
        record.time.replace("T", " ").replace("Z", ""),
        record.src,
        record.dst,
        record.action,
        record.observer ?? "–",
        record.rule ?? "–",
        placeOf(record),
      ].map((text) => ({ text: safeText(text) })),
    );
    for (const line of tableLines(headings, rows, out)) await out.line(line);
  }
  await out.line();
  const { client, server, lostWindows } = answer.coverage;
  const side = (name: string, logged: number): string =>
    logged === 0
      ? `the ${name}'s side is not logged`
      : `the ${name}'s interface logged ${counted(logged, "conversation")}`;
  await out.line(
    out.style(
      `Coverage ${humanTime(answer.range.from)} to ${humanTime(answer.range.to)} UTC: ${side("client", client.logged)}; ${side("server", server.logged)}; ${counted(lostWindows, "window")} with lost records. From flows alone: the configuration was not looked at.`,
      "dim",
    ),
  );
}

function placeOf({ object, position, subPosition }: PathAnswer["records"][number]): string {
  const file = object.split("/").at(-1) ?? object;
  return `${file}:${position}${subPosition === null ? "" : `.${subPosition}`}`;
}
