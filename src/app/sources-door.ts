/** The part of the door that is about sources and about keeping a lake while it is served: see index.ts. */
import type { FoundObject, ObjectSearch } from "#catalog/index.js";
import type { Calendar } from "#query/index.js";
import type { SourceState } from "./serving/messages.ts";
import type { CollectedSource, CollectSourcesOptions } from "./collect-sources.ts";
import type { CalendarRequest, SourcesView } from "./sources.ts";

export type { CollectedSource, CollectSourcesOptions } from "./collect-sources.ts";
export type { CalendarRequest, SourcesView } from "./sources.ts";
export { isDemoLake } from "./demo-place.ts";
export type { RemoteSettings } from "#source/index.js";
export { LakeKeeper } from "./serving/lake-keeper.ts";
export { PushReceiver, type PushSource, type PushState, type Taken } from "./serving/push-receiver.ts";
export type {
  KeeperConfig,
  KeeperEvent,
  LakeState,
  PushedSource,
  ReportData,
  SourceState,
  UploadedFile,
  WatchedFolder,
  WatchedSource,
} from "./serving/messages.ts";

/** Sources with their counts, and what is in the lake. */
export async function listSources(
  dataDir: string,
  watched: readonly SourceState[],
  options: { readonly signal: AbortSignal },
): Promise<SourcesView> {
  return (await import("./sources.ts")).listSources(dataDir, watched, options);
}

/** Objects, the newest first. */
export async function searchObjects(
  dataDir: string,
  search: ObjectSearch,
  watched: readonly SourceState[],
): Promise<readonly FoundObject[]> {
  return (await import("./sources.ts")).searchObjects(dataDir, search, watched);
}

/** When each flow log wrote, and when it should have. */
export async function coverageCalendar(dataDir: string, request: CalendarRequest): Promise<Calendar> {
  return (await import("./sources.ts")).coverageCalendar(dataDir, request);
}

/** Reads what is new at places in clouds, once. */
export async function collectSources(options: CollectSourcesOptions): Promise<readonly CollectedSource[]> {
  return (await import("./collect-sources.ts")).collectSources(options);
}
