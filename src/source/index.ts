export { clockOffset } from "./clock-offset.ts";
export { listFiles, type ListedFile, type Listing, type ListingProblem } from "./directory.ts";
export { isFlowLogName } from "./flow-log-name.ts";
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
export { estateRights, type EstateReach } from "./plan/estate-rights.ts";
export { queueNotes } from "./s3/queue-notes.ts";
export { openRemote } from "./open-remote.ts";
export { overlap, remotePlace, type RemoteSettings } from "./settings.ts";
export type { ProbedFlowLog, SourceProbe } from "./probe.ts";
export type {
  Estate,
  EstateAccount,
  EstateDestination,
  EstateFlowLog,
  EstateGap,
  EstateNetwork,
  EstateProblem,
  EstateProvider,
  ProposedSource,
} from "./estate/estate-types.ts";
export { proposeSources, urlOf } from "./estate/propose-sources.ts";
export type { AwsEstateOptions, AzureEstateOptions, EstateSettings } from "./estate/estate-options.ts";
export { readAwsEstate, readAzureEstate } from "./estate/read-estate.ts";
export { readExportedEstate, type ExportedAnswer } from "./estate/read-exported-estate.ts";
export { unlogged } from "./estate/unlogged.ts";
export { ID_BYTES, type DeliveryContent, type Frame } from "./push/frame.ts";
export { openFirehose, type FirehoseRequest } from "./push/firehose.ts";
export { openBody } from "./push/plain-body.ts";
export type { LineShape } from "./push/plain-lines.ts";
export { listSpool, readIds, recoverSpool, type SpoolFile } from "./push/spool-file.ts";
export { SpoolWriter, type Written } from "./push/spool-writer.ts";
export { unpackSpool, type UnpackedObject, type UnpackedSpool } from "./push/unpack-spool.ts";
