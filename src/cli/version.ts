import { readFileSync } from "node:fs";

/** Weir's own version, as its package says. */
export function weirVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
