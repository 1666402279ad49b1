export { clockOffset } from "./clock-offset.ts";
export { listFiles, type ListedFile, type Listing, type ListingProblem } from "./directory.ts";
export { openFetched, openObject, type ObjectPart, type OpenedObject } from "./object-bytes.ts";
export type {
  BatchOutcome,
  FetchedObject,
  FetchRequest,
  LookRequest,
  ReadMark,
  RemoteBatch,
  RemoteObject,
  RemoteSource,
  RequestCounts,
  SourceMemory,
} from "./remote.ts";
export type { RightsPart } from "./plan/aws-rights.ts";
export { estimateCollecting, type CollectEstimate, type CostLine } from "./plan/estimate.ts";
export { leastRights } from "./plan/rights.ts";
export { queueNotes } from "./s3/queue-notes.ts";
export { openRemote } from "./open-remote.ts";
export { remotePlace, type RemoteSettings } from "./settings.ts";
export type { ProbedFlowLog, SourceProbe } from "./probe.ts";
