import { readFileSync } from "node:fs";
import type { PushSource } from "#app/index.js";
import { messageOf, WeirError } from "#base/errors.js";
import type { WeirConfig } from "#config/index.js";

/** Guessing a key must be hopeless. */
const SHORTEST_KEY = 16;
/** What Firehose takes. */
const LONGEST_KEY = 4096;

/** A source that others push to, with the keys that are good. */
export type KeyedSource = PushSource & { readonly keys: readonly string[] };

/** The sources of `weir.yaml` that others push to. @throws WeirError `no-access-key` when a key is not where it should be, or is no good */
export function pushedSources(sources: WeirConfig["sources"], env: Readonly<NodeJS.ProcessEnv>): KeyedSource[] {
  return sources.flatMap(({ name, push, access_key: key, log_format: logFormat }) => {
    if (push === undefined || key === undefined) return [];
    const keys = readKeys(name, key, env);
    return [{ name, accepts: push, keys, ...(logFormat !== undefined && { logFormat }) }];
  });
}

/** The lines of a variable or a file: while a key is changed, the old and the new one. */
function readKeys(source: string, reference: string, env: Readonly<NodeJS.ProcessEnv>): string[] {
  const keys = textOf(source, reference, env)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (keys.length === 0) throw noKey(source, reference, "there is none");
  const bad = keys.find((key) => key.length < SHORTEST_KEY || key.length > LONGEST_KEY || !/^[\x21-\x7e]+$/.test(key));
  if (bad !== undefined)
    throw noKey(source, reference, `it must have ${SHORTEST_KEY} to ${LONGEST_KEY} characters of ASCII without blanks`);
  return keys;
}

function textOf(source: string, reference: string, env: Readonly<NodeJS.ProcessEnv>): string {
  const [, where, place = ""] = /^(env|file):(.+)$/s.exec(reference) ?? [];
  if (where === "env") return env[place] ?? "";
  try {
    return readFileSync(place, "utf8");
  } catch (error) {
    throw noKey(source, reference, messageOf(error));
  }
}

function noKey(source: string, reference: string, why: string): WeirError {
  return new WeirError({
    code: "no-access-key",
    kind: "usage",
    message: `the access key of source “${source}” cannot be used: ${why}`,
    place: reference,
    next: "Make one with `openssl rand -hex 32`, and put it into this variable or file; a file may have two lines while a key is changed.",
  });
}
