import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Catalog, ToldLook } from "#catalog/index.js";
import type { DescribedFlowLog, ToldInterface } from "#model/told-flow-log.js";
import { urlOf, type Estate, type EstateFlowLog } from "#source/index.js";
import { openLake } from "#store/index.js";
import { openCatalogToRead } from "./lake-files.ts";
import { lookAtEstate, type EstateLook, type EstateLookRequest, type EstateRequest } from "./look-at-estate.ts";

const clouds = ["aws", "azure"] as const;

/** A cloud is asked again after a day, where that failed after an hour, and for no longer than this. */
const STALE_MS = 86_400_000;
const RETRY_MS = 3_600_000;
const MOST_MS = 120_000;
/** Somebody waits for it. */
const WAITED_MS = 30_000;

/** Of a request, what it takes to ask again. */
type Repeatable = Omit<EstateRequest, "env" | "files" | "nowMs">;

/** Keeps what a look told of flow logs in the lake, which is made where there is none. @returns how many flow logs */
export async function keepEstate(dataDir: string, look: EstateLook, request: EstateRequest): Promise<number> {
  const lake = await openLake(dataDir);
  try {
    keepLook(lake.catalog, look, request);
    return look.estate.flowLogs.length;
  } finally {
    lake.close();
  }
}

function keepLook({ told }: Catalog, { estate, toldMs }: EstateLook, request: EstateRequest): void {
  told.keep(toldLook(estate, toldMs));
  if (request.files === undefined) told.keepLook(request.cloud, JSON.stringify(repeatable(request)), toldMs);
}

/**
 * Asks the clouds again that were asked before and not for a day, in the same way. Who refuses, or does not answer, leaves what was
 * told before as it is, and is asked again an hour later.
 */
export async function refreshTold(
  catalog: Catalog,
  { env, signal, nowMs }: Pick<EstateLookRequest, "env" | "signal" | "nowMs">,
  mostMs = MOST_MS,
): Promise<void> {
  for (const cloud of clouds) {
    const last = catalog.told.lastLook(cloud);
    if (last === undefined || !isStale(last, nowMs)) continue;
    // Whatever comes of it, not at once again.
    catalog.told.keepLook(cloud, last.request, nowMs - STALE_MS + RETRY_MS);
    try {
      const again = JSON.parse(last.request) as Repeatable;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
      // Each request that is under way listens to it.
      setMaxListeners(0, limit);
      const request = { ...again, env, signal: limit, nowMs };
      const look = await lookAtEstate(request);
      if (look.error === undefined) keepLook(catalog, look, request);
    } catch {
      // What is not told now is told later; who stops the process knows it.
    }
  }
}

/** {@link refreshTold} of a lake that is not open; one that cannot be written is left as it is. */
export async function refreshIfDue(dataDir: string, how: Parameters<typeof refreshTold>[1]): Promise<void> {
  if (!existsSync(join(dataDir, "catalog.db")) || !isDue(dataDir, how.nowMs)) return;
  try {
    const lake = await openLake(dataDir);
    try {
      await refreshTold(lake.catalog, how, WAITED_MS);
    } finally {
      lake.close();
    }
  } catch {
    // Who may only read it goes by what was told before.
  }
}

function isDue(dataDir: string, nowMs: number): boolean {
  const catalog = openCatalogToRead(dataDir);
  try {
    return clouds.some((cloud) => isStale(catalog.told.lastLook(cloud), nowMs));
  } finally {
    catalog.close();
  }
}

function isStale(last: { readonly atMs: number } | undefined, nowMs: number): boolean {
  return last !== undefined && nowMs - last.atMs >= STALE_MS;
}

/** Credentials stay where they are: a proxy's may stand in its URL, and then is not remembered. */
function repeatable({ cloud, settings, org, roleName, regions, managementGroup }: EstateRequest): Repeatable {
  const { proxy, secret: _secret, ...others } = settings;
  return {
    cloud,
    settings: { ...others, ...(proxy !== undefined && !proxy.includes("@") && { proxy }) },
    ...(org !== undefined && { org }),
    ...(roleName !== undefined && { roleName }),
    ...(regions !== undefined && { regions }),
    ...(managementGroup !== undefined && { managementGroup }),
  };
}

function toldLook({ flowLogs, networks, whole, interfacesOf }: Estate, atMs: number): ToldLook {
  const interfaces = networks
    .filter(({ provider }) => provider === "azure")
    .flatMap((network) =>
      network.subnets.flatMap((subnet) =>
        subnet.interfaces.map(({ id, mac, securityGroup }): ToldInterface => ({
          id,
          subnet: subnet.id,
          network: network.id,
          account: network.account,
          mac,
          ownGroup: securityGroup,
          subnetGroup: subnet.securityGroup,
        })),
      ),
    );
  return { atMs, flowLogs: flowLogs.map(described), interfaces, whole, interfacesOf };
}

function described({ target, destination, trafficType, ...flowLog }: EstateFlowLog): DescribedFlowLog {
  const { objects: _objects, ...kept } = flowLog;
  return {
    ...kept,
    targetKind: target.kind,
    target: target.id,
    destination: urlOf(destination) ?? destinationText(destination),
    traffic: trafficType,
  };
}

function destinationText(destination: EstateFlowLog["destination"]): string {
  if (destination.kind === "firehose") return destination.stream;
  return destination.kind === "unknown" ? destination.text : "";
}
