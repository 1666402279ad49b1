import type { RemoteObject } from "../remote.ts";

/** Objects in front of which a page begins, and how much of them it shows. */
export interface ListRequest {
  readonly prefix: string;
  /** Only keys behind this one. */
  readonly after?: string;
  /** The next page of the listing that gave this. */
  readonly token?: string;
  /** Folders in the place of what lies in them. */
  readonly foldersOnly?: boolean;
  /** At most so many; 1000 without. */
  readonly limit?: number;
}

export interface ListPage {
  /** In the order of their keys' bytes. */
  readonly objects: readonly RemoteObject[];
  /** With a slash at the end. */
  readonly folders: readonly string[];
  /** There is more. */
  readonly token?: string;
}

/** Lists a bucket: one request a call. @throws WeirError `source-…` */
export interface ObjectLister {
  list(request: ListRequest, signal: AbortSignal): Promise<ListPage>;
}
