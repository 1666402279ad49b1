import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";
import {
  estimateCollecting,
  leastRights,
  openRemote,
  remotePlace,
  type CollectEstimate,
  type RemoteSettings,
  type RightsPart,
  type SourceProbe,
} from "#source/index.js";
import { openCatalogToRead } from "./lake-files.ts";

/** What is found at a place in a cloud, what collecting from it takes, and what it needs. */
export interface PlaceLook {
  readonly kind: string;
  readonly uri: string;
  /** Undefined where it could not be looked at: then the error says why. */
  readonly found: { readonly probe: SourceProbe; readonly estimate: CollectEstimate } | undefined;
  readonly error: WeirError | undefined;
  readonly rights: readonly RightsPart[];
}

export interface LookRequest {
  /** The lake, whose earlier runs say how fast it reads; there need be none. */
  readonly dataDir: string;
  readonly remote: RemoteSettings;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
}

/** Looks at a place with a few requests; nothing of it is kept. @throws WeirError when a setting is wrong */
export async function lookAtPlace({ dataDir, remote, env, signal }: LookRequest): Promise<PlaceLook> {
  const { kind, uri } = remotePlace(remote.url);
  const source = await openRemote(remote, env);
  try {
    const probe = await source.probe(signal, remote.sinceMs);
    const estimate = estimateCollecting({
      kind,
      probe,
      hasQueue: remote.queue !== undefined,
      measured: measuredRate(dataDir),
    });
    return { kind, uri, found: { probe, estimate }, error: undefined, rights: leastRights(remote, probe) };
  } catch (error) {
    if (signal.aborted) throw error;
    const told = error instanceof WeirError ? error : unforeseen(error, uri);
    return { kind, uri, found: undefined, error: told, rights: missingRights(remote, told) };
  } finally {
    source.close();
  }
}

/** What is needed where a right is missing; where the place itself is wrong, rights to it would be of no use. */
function missingRights(remote: RemoteSettings, { code, message }: WeirError): readonly RightsPart[] {
  if (!/^(source-denied|source-permission|object-denied|kms-denied)$/.test(code)) return [];
  const key = code === "kms-denied" ? (/\barn:\S+:kms:[^\s,]+/.exec(message)?.[0] ?? "KEY-ID") : undefined;
  return leastRights(remote, undefined, key);
}

/** Runs that read less than this say little about how fast a lake reads. */
const LEAST_BYTES = 50_000_000;

/** Bytes a second that the runs of a lake's sources have read; undefined where they have read too little. */
function measuredRate(dataDir: string): number | undefined {
  if (!existsSync(join(dataDir, "catalog.db"))) return undefined;
  const catalog = openCatalogToRead(dataDir);
  try {
    let bytes = 0;
    let seconds = 0;
    for (const { run } of catalog.sources.list()) {
      bytes += run?.readBytes ?? 0;
      seconds += run?.readSeconds ?? 0;
    }
    return bytes >= LEAST_BYTES && seconds > 0 ? bytes / seconds : undefined;
  } finally {
    catalog.close();
  }
}

function unforeseen(error: unknown, place: string): WeirError {
  return new WeirError({ code: "unexpected", kind: "internal", message: messageOf(error), place, cause: error });
}
