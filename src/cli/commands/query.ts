import { askQuery } from "#app/index.js";
import { askedWords, type AskedOptions } from "../asked-words.ts";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { humanShare } from "#base/human.js";
import { printAnswer } from "../output/print-answer.ts";

interface QueryOptions extends DataOption, FormatOptions, AskedOptions {
  readonly step?: string;
  readonly top: number;
  readonly having?: readonly string[];
  readonly order?: string;
  readonly minCoverage?: number;
}

/** Answered, but with less coverage than was asked for. */
const TOO_LITTLE_COVERAGE = 4;

/** `weir query`: any question, with everything that one can ask. */
export async function runQuery(console: Console, filter: readonly string[], options: QueryOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { step, top, having, order, minCoverage } = options;
  const answer = await withInterrupt((signal) =>
    askQuery(dataDir, {
      ...askedWords(filter, options),
      ...(step !== undefined && { step }),
      ...(having !== undefined && { having }),
      ...(order !== undefined && { order }),
      limit: top,
      nowMs: Date.now(),
      signal,
    }),
  );
  await printAnswer(answer, formatOf(options), console);
  const { share } = answer.coverage;
  if (minCoverage === undefined || (share !== null && share >= minCoverage)) return 0;
  const known = share === null ? "unknown" : humanShare(share);
  await console.err.line(`weir: coverage is ${known}, and --min-coverage asks for ${humanShare(minCoverage)}`);
  return TOO_LITTLE_COVERAGE;
}
