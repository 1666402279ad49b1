import type { SourceRun } from "#catalog/index.js";
import { humanTime } from "#base/human.js";
import { isWriterAlive } from "#store/index.js";

/** How a source stands by its newest run alone. */
export type RunState = "ok" | "collecting" | "stopped" | "waiting" | "failing";

/** A run as it is known now: of one whose process has died, that is its error. */
export interface KnownRun {
  readonly run: SourceRun | null;
  readonly state: RunState;
}

/** Asks whether who began a run lives: one that was killed could not say that it ended. */
export function knownRun(dataDir: string, run: SourceRun | null): KnownRun {
  if (run === null) return { run, state: "waiting" };
  if (run.endedMs !== null) return { run, state: run.failures > 0 ? "failing" : "ok" };
  // An older version kept no writer: nobody can tell.
  if (run.writer === null) return { run, state: "waiting" };
  if (isAlive(dataDir, run.writer)) return { run, state: "collecting" };
  return { run: { ...run, ...killed(run) }, state: "stopped" };
}

function isAlive(dataDir: string, writer: string): boolean {
  try {
    return isWriterAlive(dataDir, writer);
  } catch {
    // Who may not open another one's lock cannot tell.
    return true;
  }
}

function killed({ startedMs }: SourceRun): Pick<SourceRun, "error" | "code" | "next"> {
  return {
    error: `stopped (killed) before its end: the run that began ${humanTime(startedMs * 1000)} UTC`,
    code: "run-killed",
    next: "Nothing is lost: weir collect, weir collect --follow or weir serve goes on where it stopped.",
  };
}
