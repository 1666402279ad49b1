import { parseFlowLogBlob } from "./azure/flow-log-path.ts";
import { flowLogKey, folderLevel } from "./s3/flow-log-keys.ts";

/**
 * Whether an object is a flow log's by its key alone, as AWS, Azure and sinks of Google's Cloud Logging name them: what cannot be
 * read of it is missing, and not somebody else's.
 */
export function isFlowLogName(key: string): boolean {
  if (flowLogKey(key) !== undefined) return true;
  if (/(?:^|\/)PT1H\.json$/.test(key)) return parseFlowLogBlob(key) !== undefined;
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  return key.endsWith(".json") && folderLevel(folder) === "dates" && !folder.includes("AWSLogs/");
}
