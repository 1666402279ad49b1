import type { ObjectReport } from "#model/records.js";
import type { OpenedObject } from "#source/index.js";
import type { ObjectTask } from "./messages.ts";

/** Of a blob of Azure so much says which interface it is of, when its first minute began, and which flows that had. */
const BEGINNING_BYTES = 1024;

/** Said before the name of the other object. */
export const SAME_BEGINNING =
  "copies of one blob that were made while it grew count twice; give only the newest, or read the storage account itself. It begins as";

/**
 * By what the first record of a file with Azure's logs is known, as a name among contents. Copies of one blob that were made while it
 * grew have it in common, and with it all records of the shorter one: in a cloud a blob is known by its place, and a copy under another
 * name can only be told.
 * @returns undefined for what is fetched from its place, what is not Azure's, and what is too short to say
 */
export async function beginningOf(
  { fetched }: ObjectTask,
  object: OpenedObject,
  { flowsByType }: ObjectReport,
): Promise<string | undefined> {
  const isAzure = Object.keys(flowsByType).some((type) => type.startsWith("azure"));
  if (fetched !== undefined || !isAzure || object.size < BEGINNING_BYTES) return undefined;
  const mark = await object.prefixMark(BEGINNING_BYTES);
  return mark === null ? undefined : `beginning:${mark.slice(0, 20)}`;
}
