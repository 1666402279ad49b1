import { askQuery } from "#app/index.js";
import type { DatasetName } from "#model/datasets.js";
import { measuresOf, type MeasureName } from "#model/measures.js";
import { askedWords, type AskedOptions } from "../asked-words.ts";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { printAnswer } from "../output/print-answer.ts";

interface TopOptions extends DataOption, FormatOptions, AskedOptions {
  readonly limit: number;
}

/** What a top list shows beside the measure that ranks. */
const shown: Partial<Record<DatasetName, readonly MeasureName[]>> = {
  conversations: ["bytes", "packets", "conversations", "denied"],
  flows: ["logged_bytes", "packets", "flows", "denied"],
};

const grouped: Readonly<Record<DatasetName, string>> = {
  conversations: "client_ip",
  observations: "observer",
  flows: "src_ip",
  coverage: "observer",
  presence: "roles",
};

/** The measures that a top list shows, whatever ranks it. */
export function topMeasures(dataset: DatasetName): readonly MeasureName[] {
  return shown[dataset] ?? measuresOf(dataset);
}

/** `weir top`: conversations or flows grouped, counted and ranked. */
export async function runTop(console: Console, filter: readonly string[], options: TopOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const answer = await withInterrupt((signal) =>
    askQuery(dataDir, {
      ...askedWords(filter, options),
      defaultBy: (of) => [grouped[of]],
      moreMeasures: topMeasures,
      limit: options.limit,
      nowMs: Date.now(),
      signal,
    }),
  );
  await printAnswer(answer, formatOf(options), console);
  return 0;
}
