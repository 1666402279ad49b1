import { deriveStore } from "#app/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { counted, humanSeconds } from "#base/human.js";

interface DeriveOptions extends DataOption, FormatOptions {
  readonly rebuild?: boolean;
}

/** `weir store derive`: assembles conversations of the hours whose flows changed. */
export async function runDerive(console: Console, options: DeriveOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const result = await withInterrupt((signal) => deriveStore(dataDir, { rebuild: options.rebuild === true, signal }));
  const { hours, conversations, lateHours, seconds } = result;
  if (formatOf(options) === "json")
    await console.out.line(JSON.stringify({ hours, conversations, late_hours: lateHours, seconds }));
  else if (hours === 0) await console.out.line("Nothing to do: conversations are of all flows that are here.");
  else
    await console.out.line(
      `${counted(conversations, "conversation row")} of ${counted(hours, "hour")}, ${humanSeconds(seconds)}.`,
    );
  if (lateHours > 0 && formatOf(options) !== "json")
    await console.out.line(
      `${counted(lateHours, "hour")} kept as they were: records came after the hour's flows were deleted, see \`weir status\`.`,
    );
  return 0;
}
