import { LISTS_PER_DAY, listsOfDay } from "./look-schedule.ts";
import { RANGE_BYTES } from "./fetch-object.ts";

/** What decides how many requests a bucket takes. */
export interface DailyLoad {
  /** Accounts times regions; 0 where the layout is not known. */
  readonly partitions: number;
  /** Those to which objects come. */
  readonly active: number;
  /** Objects and bytes a day. */
  readonly objects: number;
  readonly bytes: number;
  /** Pages of a whole listing, where the layout is not known. */
  readonly pages: number;
}

/** Requests that collecting from a bucket makes a day. */
export function dailyRequests({ partitions, active, objects, bytes, pages }: DailyLoad): {
  lists: number;
  gets: number;
} {
  const lists = partitions === 0 ? Math.min(LISTS_PER_DAY, 1440 * (1 + pages)) : listsOfDay(partitions, active);
  return { lists: Math.round(lists), gets: Math.round(objects + bytes / RANGE_BYTES) };
}
