import { LakeKeeper, type KeeperEvent, type WatchedSource } from "#app/index.js";
import { counted, humanBytes } from "#base/human.js";
import type { Configured } from "../chosen-sources.ts";
import { withInterrupt, type Console } from "../console.ts";
import { safeText } from "../output/safe-text.ts";
import { serverConfig } from "./serve.ts";

interface FollowOptions {
  readonly workers?: number;
  readonly json?: boolean;
}

type CollectEvent = Extract<KeeperEvent, { kind: "collect" }>;

/**
 * Looks into each source at its interval until it is interrupted, derives and tidies meanwhile: what `weir serve` does, without
 * listening. A process of its own keeps the lake and is started again when it dies.
 */
export async function followSources(
  console: Console,
  { dataDir, config, sources }: Configured & { readonly dataDir: string; readonly sources: readonly WatchedSource[] },
  { workers, json = false }: FollowOptions,
): Promise<number> {
  const { keeper } = serverConfig(dataDir, { ...config, sources: [] }, { cwd: console.cwd, env: console.env });
  const lake = new LakeKeeper({
    ...keeper,
    dataDir,
    sources,
    ...(workers !== undefined && { collectWorkers: workers }),
  });
  lake.listen((event) => {
    if (event.kind === "derive" && event.state === "failed")
      void console.err.line(console.err.style(`conversations: ${safeText(event.message ?? "failed")}`, "red"));
    // The end of a look; progress of one that goes on is not worth a line.
    if (event.kind !== "collect" || event.state === "running") return;
    void (json ? console.out.line(JSON.stringify(eventJson(event))) : tell(console, event));
  });
  await withInterrupt(async (signal) => {
    const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await lake.start();
    const names = sources.map(({ name }) => safeText(name)).join(", ");
    await console.err.line(console.err.style(`following ${counted(sources.length, "source")}: ${names}`, "dim"));
    await ended;
    await lake.stop();
  });
  return 0;
}

async function tell(
  { out }: Console,
  { source, state, objects, records, bytes, message }: CollectEvent,
): Promise<void> {
  const time = out.style(new Date().toISOString().slice(11, 19), "dim");
  const name = out.style(safeText(source), "bold");
  if (state === "failed") {
    await out.line(`${time}  ${name}  ${out.style("failing", "red")}: ${safeText(message ?? "")}`);
    await out.line(out.style(`          it is tried again; weir doctor ${safeText(source)} says more`, "dim"));
    return;
  }
  await out.line(
    `${time}  ${name}  ${counted(objects, "object")}, ${counted(records, "record")}, ${humanBytes(bytes)}`,
  );
}

function eventJson({ source, state, objects, records, bytes, message }: CollectEvent): object {
  return { time: new Date().toISOString(), source, state, objects, records, bytes, message };
}
