/** The part of the door that is about sources and about keeping a lake while it is served: see index.ts. */
import type { FoundObject, ObjectSearch } from "#catalog/index.js";
import type { Calendar } from "#query/index.js";
import type { PushedSource, SourceState, WatchedSource } from "./serving/messages.ts";
import type { CollectedSource, CollectSourcesOptions } from "./collect-sources.ts";
import type { TrustCheck } from "#analyse/index.js";
import type { JudgeSourceRequest } from "./doctor-source/judge-source.ts";
import type { KnownSource } from "./configured-sources.ts";
import type { EstateLook, EstateLookRequest, EstateRequest } from "./look-at-estate.ts";
import type { FolderLook } from "./look-at-folder.ts";
import type { LookRequest, PlaceLook } from "./look-at-place.ts";
import type { CalendarRequest, SourcesView } from "./sources.ts";

export type { CollectedSource, CollectSourcesOptions } from "./collect-sources.ts";
export type { KnownSource } from "./configured-sources.ts";
export type { EstateLook, EstateRequest } from "./look-at-estate.ts";
export type { FolderLook } from "./look-at-folder.ts";
export type { PlaceLook } from "./look-at-place.ts";
export type { CalendarRequest, SourcesView } from "./sources.ts";
export { isDemoLake } from "./demo-place.ts";
export {
  remotePlace,
  type CollectEstimate,
  type CostLine,
  type RemoteSettings,
  type RightsPart,
} from "#source/index.js";
export { LakeKeeper } from "./serving/lake-keeper.ts";
export { layoutTrouble, PushReceiver, type PushSource, type PushState, type Taken } from "./serving/push-receiver.ts";
export type {
  ErrorData,
  KeeperConfig,
  KeeperEvent,
  KeptSources,
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

/** Looks at a place in a cloud with a few requests: what is there, what it takes and what it needs. */
export async function lookAtPlace(request: LookRequest): Promise<PlaceLook> {
  return (await import("./look-at-place.ts")).lookAtPlace(request);
}

/** Looks into a folder of this machine. @throws WeirError `no-such-path` */
export async function lookAtFolder(folder: string, logFormat: string | undefined): Promise<FolderLook> {
  return (await import("./look-at-folder.ts")).lookAtFolder(folder, logFormat);
}

/** Configured sources and those that only the lake knows, as the catalog has them. */
export async function listKnownSources(
  dataDir: string,
  configured: readonly (WatchedSource | PushedSource)[],
  options: { readonly signal: AbortSignal },
): Promise<readonly KnownSource[]> {
  return (await import("./configured-sources.ts")).listKnownSources(dataDir, configured, options);
}

/** Explains what is missing of a source, and why. */
export async function judgeSource(dataDir: string, request: JudgeSourceRequest): Promise<readonly TrustCheck[]> {
  return (await import("./doctor-source/judge-source.ts")).judgeSource(dataDir, request);
}

/** Keeps what a look at an estate told of flow logs in the lake. @returns how many flow logs */
export async function keepEstate(dataDir: string, look: EstateLook, request: EstateRequest): Promise<number> {
  return (await import("./told-logs.ts")).keepEstate(dataDir, look, request);
}

/** Asks a cloud's control plane, or what it told before, what is logged, where to, and what is not. */
export async function lookAtEstate(request: EstateLookRequest): Promise<EstateLook> {
  return (await import("./look-at-estate.ts")).lookAtEstate(request);
}
