import { deriveLake, type DeriveProgress, type DeriveResult } from "#derive/index.js";
import { openLake } from "#store/index.js";
import { openCatalogToRead } from "./lake-files.ts";

export type { DeriveProgress, DeriveResult } from "#derive/index.js";

export interface DeriveRequest {
  /** Every hour anew whose flows are still there. */
  readonly rebuild: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DeriveProgress) => void;
}

/** Assembles conversations of the hours whose flows changed. */
export async function deriveStore(dataDir: string, request: DeriveRequest): Promise<DeriveResult> {
  openCatalogToRead(dataDir).close();
  const lake = await openLake(dataDir);
  try {
    return await deriveLake(lake, request);
  } finally {
    lake.close();
  }
}
