import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { RemoteSettings } from "../settings.ts";

/**
 * The region that settings, environment or profile name, in the order of the AWS command line; undefined where none does.
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 */
export function configuredRegion(
  settings: Pick<RemoteSettings, "region" | "profile">,
  env: Readonly<NodeJS.ProcessEnv>,
): string | undefined {
  const { region, profile } = settings;
  if (region !== undefined) return region;
  const fromEnv = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || undefined;
  return fromEnv ?? profileRegion(profile ?? (env["AWS_PROFILE"] || "default"), env);
}

function profileRegion(profile: string, env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const folder = join(env["HOME"] || homedir(), ".aws");
  const files = [
    env["AWS_CONFIG_FILE"] || join(folder, "config"),
    env["AWS_SHARED_CREDENTIALS_FILE"] || join(folder, "credentials"),
  ];
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      continue;
    }
    const region = regionOf(text, profile);
    if (region !== undefined) return region;
  }
  return undefined;
}

/** Of an INI file with sections `[profile NAME]`, `[default]` or `[NAME]`. */
function regionOf(text: string, profile: string): string | undefined {
  let isInside = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/.exec(line);
    if (section !== null) isInside = section[1] === profile;
    const value = isInside ? /^region\s*=\s*([a-z0-9-]+)/.exec(line)?.[1] : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
