import { remotePlace, type RemoteSettings, type WatchedSource } from "#app/index.js";
import type { WeirConfig } from "#config/index.js";

type ConfiguredSource = WeirConfig["sources"][number];

/** Sources of `weir.yaml` that are looked into; others push to the rest. @throws WeirError `source-url` when a URL names no place */
export function configuredSources(sources: WeirConfig["sources"]): WatchedSource[] {
  return sources.filter(({ push }) => push === undefined).map(configuredSource);
}

/** A source that is looked into, as what keeps the lake wants to know it. @throws WeirError `source-url` when its URL names no place */
export function configuredSource(source: ConfiguredSource): WatchedSource {
  const { name, folder, url, every: everyMs } = source;
  if (folder !== undefined) return { name, folder, everyMs };
  // Told before anything begins, and not as a failure of that source.
  remotePlace(url ?? "");
  return { name, remote: remoteSettings(source, url ?? ""), everyMs };
}

function remoteSettings(source: ConfiguredSource, url: string): RemoteSettings {
  const { since, log_format, endpoint, secret, queue, region, profile, role_arn, external_id, requester_pays } = source;
  const { fips, proxy, ca } = source;
  return {
    url,
    ...(since !== undefined && { sinceMs: since }),
    ...(log_format !== undefined && { logFormat: log_format }),
    ...(endpoint !== undefined && { endpoint }),
    ...(secret !== undefined && { secret }),
    ...(queue !== undefined && { queue }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(role_arn !== undefined && { roleArn: role_arn }),
    ...(external_id !== undefined && { externalId: external_id }),
    ...(requester_pays !== undefined && { requestPayer: requester_pays }),
    ...(fips !== undefined && { fips }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { ca }),
  };
}
