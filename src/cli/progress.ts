import type { CollectProgress } from "#app/index.js";
import type { Console } from "./console.ts";
import { fullCount, humanBytes, humanCount, humanSeconds } from "#base/human.js";

/** Shows how far a run has come. */
export interface Progress {
  show(now: CollectProgress): void;
  close(): void;
}

const silent: Progress = { show: () => undefined, close: () => undefined };

/** A bar on stderr when that is a terminal, with rate and time left; nothing otherwise. */
export async function openProgress({ err, env }: Console): Promise<Progress> {
  if (!err.isTerminal || env["TERM"] === "dumb") return silent;
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage} %  {bytes}  {records} records  {rate}  {left}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    noTTYOutput: false,
    stream: process.stderr,
    fps: 5,
    barCompleteChar: "━",
    barIncompleteChar: "┈",
    formatValue: (value: number) => String(value),
  });
  const startedMs = performance.now();
  let isOpen = false;
  return {
    show(now) {
      const seconds = (performance.now() - startedMs) / 1000;
      const payload = {
        bytes: `${humanBytes(now.bytes)} of ${humanBytes(now.totalBytes)}`,
        records: fullCount(now.records),
        rate: `${humanCount(Math.round(now.records / Math.max(0.1, seconds)))}/s`,
        left:
          now.bytes > 0 && seconds > 1
            ? `${humanSeconds((seconds * (now.totalBytes - now.bytes)) / now.bytes)} left`
            : "",
      };
      if (!isOpen) bar.start(Math.max(1, now.totalBytes), now.bytes, payload);
      else bar.update(now.bytes, payload);
      isOpen = true;
    },
    close() {
      if (isOpen) bar.stop();
    },
  };
}
