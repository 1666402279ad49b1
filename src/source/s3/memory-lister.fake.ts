import type { BatchOutcome, RemoteBatch, RemoteObject, SourceMemory } from "../remote.ts";
import type { ListPage, ListRequest, ObjectLister } from "./object-lister.ts";

/** A bucket in memory that is listed as S3 lists: pages by key, folders with a delimiter, counted. */
export class MemoryLister implements ObjectLister {
  lists = 0;
  /** Prefixes that were asked for. */
  readonly asked: string[] = [];
  readonly #objects = new Map<string, RemoteObject>();
  #sorted: string[] = [];

  get keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  put(key: string, modifiedMs = 0, size = 100): void {
    if (!this.#objects.has(key)) {
      // By binary search: simulations put hundreds of thousands.
      this.#sorted.splice(this.#at(key), 0, key);
    }
    this.#objects.set(key, { key, size, modifiedMicros: modifiedMs * 1000, etag: `${modifiedMs}` });
  }

  async list({ prefix, after = "", token = "", foldersOnly = false, limit = 1000 }: ListRequest): Promise<ListPage> {
    this.lists++;
    this.asked.push(prefix);
    const behind = token > after ? token : after;
    const objects: RemoteObject[] = [];
    const folders: string[] = [];
    let last = "";
    for (let at = this.#at(behind < prefix ? prefix : behind); at < this.#sorted.length; at++) {
      const key = this.#sorted[at] ?? "";
      if (!key.startsWith(prefix)) break;
      if (key === behind || (token !== "" && token.endsWith("/") && key.startsWith(token))) continue;
      const slash = foldersOnly ? key.indexOf("/", prefix.length) : -1;
      const folder = slash < 0 ? undefined : key.slice(0, slash + 1);
      if (folder !== undefined && folder === folders.at(-1)) continue;
      if (objects.length + folders.length >= limit) return { objects, folders, token: last };
      last = folder ?? key;
      const object = this.#objects.get(key);
      if (folder !== undefined) folders.push(folder);
      else if (object !== undefined) objects.push(object);
    }
    return { objects, folders };
  }

  #at(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a source remembers, in a map. */
export class MapMemory implements SourceMemory {
  readonly values = new Map<string, string>();

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  set(name: string, value: string): void {
    this.values.set(name, value);
  }

  delete(name: string): void {
    this.values.delete(name);
  }

  entries(prefix: string): ReadonlyMap<string, string> {
    return new Map([...this.values].filter(([name]) => name.startsWith(prefix)));
  }
}

export const nothingOpen: BatchOutcome = { failed: [], open: [] };

/** All keys that a look gives, each batch settled at once. */
export async function settledKeys(batches: AsyncIterable<RemoteBatch>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { objects, settled } of batches) {
    keys.push(...objects.map(({ key }) => key));
    await settled?.(nothingOpen);
  }
  return keys;
}

/** The key of a flow log's object as AWS writes it. */
export function objectKey(
  { account, region, flowLog, root = "AWSLogs/", isHive = false, isHourly = false }: KeyParts,
  ms: number,
  hash = "0a1b2c3d",
): string {
  const time = new Date(ms).toISOString();
  const [year, month, day, hour] = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10), time.slice(11, 13)];
  const name = `${account}_vpcflowlogs_${region}_${flowLog}_${year}${month}${day}T${hour}${time.slice(14, 16)}Z_${hash}.log.gz`;
  const hours = isHourly ? (isHive ? `hour=${hour}/` : `${hour}/`) : "";
  return isHive
    ? `${root}aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${day}/${hours}${name}`
    : `${root}${account}/vpcflowlogs/${region}/${year}/${month}/${day}/${hours}${name}`;
}

export interface KeyParts {
  readonly account: string;
  readonly region: string;
  readonly flowLog: string;
  /** Up to and with `AWSLogs/`. */
  readonly root?: string;
  readonly isHive?: boolean;
  readonly isHourly?: boolean;
}

/** Some account's flow log. */
export const parts = (number: number, more: Partial<KeyParts> = {}): KeyParts => ({
  account: String(100_000_000_000 + number),
  region: "eu-central-1",
  flowLog: `fl-0${number}`,
  ...more,
});
