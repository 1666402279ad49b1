import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CollectReport } from "#collect/index.js";
import { WeirError } from "#base/errors.js";
import { INVENTORY, loadDemoNames, writeDemo } from "../demo.ts";
import { listInputs, LOCAL_FILES } from "../ingest.ts";
import { DEMO_LOGS, isDemoLake } from "../demo-place.ts";
import { collectTelling, type KeeperContext } from "./collecting.ts";
import type { DemoWorld } from "./messages.ts";

const HOUR_MS = 3_600_000;
const LABEL = "demo";

/** Makes the demo world in a lake that is empty, with its logs in the data folder. @throws WeirError `lake-not-empty` */
export async function makeDemo(context: KeeperContext, world: DemoWorld): Promise<CollectReport> {
  const { lake, tell } = context;
  const { dataDir, catalog } = lake;
  const hasFlows = catalog.liveSegments("flows").length > 0 || catalog.liveSegments("conversations").length > 0;
  if (hasFlows)
    throw new WeirError({
      code: "lake-not-empty",
      kind: "conflict",
      message: "there are flows in this lake: the demo world would mix with them",
      place: dataDir,
      next: "Make the demo in a lake of its own: weir demo --data ./weir-demo",
    });
  const logs = join(dataDir, DEMO_LOGS);
  if (!isDemoLake(dataDir)) {
    // What an end halfway left: this folder is nobody else's.
    rmSync(logs, { recursive: true, force: true });
    const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await writeDemo(logs, { ...world, endMs }, ({ done, total }) =>
      tell({
        kind: "collect",
        source: LABEL,
        state: "running",
        objects: 0,
        objectsTotal: 0,
        records: 0,
        bytes: 0,
        bytesTotal: 0,
        message: `writing the world's logs: hour ${done} of ${total}`,
      }),
    );
  }
  const place = existsSync(logs) ? logs : `${dataDir}-logs`;
  await loadDemoNames(dataDir, place);
  const folders = readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== INVENTORY)
    .map(({ name }) => join(place, name));
  const report = new CollectReport();
  const inputs = await listInputs(folders, report);
  return collectTelling(context, { label: LABEL, source: LOCAL_FILES, final: true }, inputs, report);
}
