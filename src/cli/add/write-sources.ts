import { existsSync, readFileSync } from "node:fs";
import { addSources, parseConfig, writeConfig, type SourceDraft } from "#config/index.js";

/** The text of a configuration; empty where there is none yet. */
export function configText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Adds sources to a configuration as it is now. @throws WeirError `config-wrong` when it could not be read then */
export function writeSources(path: string, drafts: readonly SourceDraft[]): void {
  // Read again: somebody may have edited it while places were looked at.
  const text = addSources(configText(path), drafts);
  parseConfig(path, text);
  writeConfig(path, text);
}
