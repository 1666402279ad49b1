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
export { openRemote } from "./open-remote.ts";
export { remotePlace, type RemoteSettings } from "./settings.ts";
export type { ProbedFlowLog, SourceProbe } from "./probe.ts";
export { ID_BYTES, type DeliveryContent, type Frame } from "./push/frame.ts";
export { openFirehose, type FirehoseRequest } from "./push/firehose.ts";
export { openBody } from "./push/plain-body.ts";
export type { LineShape } from "./push/plain-lines.ts";
export { listSpool, readIds, recoverSpool, type SpoolFile } from "./push/spool-file.ts";
export { SpoolWriter, type Written } from "./push/spool-writer.ts";
export { unpackSpool, type UnpackedObject, type UnpackedSpool } from "./push/unpack-spool.ts";
