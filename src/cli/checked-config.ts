import { remotePlace } from "#app/index.js";
import { readConfig, type WeirConfig } from "#config/index.js";

/** Reads a configuration whose URLs must name places. @throws WeirError `config-unreadable`, `config-wrong` with file and lines */
export function checkedConfig(path: string): WeirConfig {
  return readConfig(path, (url) => void remotePlace(url));
}
