import { readFileSync } from "node:fs";
import type { KeyedSource } from "#api/index.js";
import { layoutTrouble, type ErrorData } from "#app/index.js";
import { messageOf } from "#base/errors.js";
import type { WeirConfig } from "#config/index.js";

/** Guessing a key must be hopeless. */
const SHORTEST_KEY = 16;
/** What Firehose takes. */
const LONGEST_KEY = 4096;

/** The sources of `weir.yaml` that others push to; one whose key or layout is no good is in trouble, and holds up no other. */
export function pushedSources(sources: WeirConfig["sources"], env: Readonly<NodeJS.ProcessEnv>): KeyedSource[] {
  return sources.flatMap(({ name, push, access_key: key, log_format: logFormat }) => {
    if (push === undefined || key === undefined) return [];
    const { keys, trouble: keyTrouble } = readKeys(name, key, env);
    const source = { name, accepts: push, keyFrom: key, ...(logFormat !== undefined && { logFormat }) };
    const trouble = keyTrouble ?? layoutTrouble(source);
    return [trouble === undefined ? { ...source, keys } : { ...source, keys: [], trouble }];
  });
}

/** The files that keys of sources lie in. */
export function keyFiles(sources: WeirConfig["sources"]): string[] {
  return sources.flatMap(({ access_key: key }) => (key?.startsWith(FILE) === true ? [key.slice(FILE.length)] : []));
}

const FILE = "file:";

/** What a source's key is read as. */
interface ReadKeys {
  /** The lines of a variable or a file: while a key is changed, the old and the new one. */
  readonly keys: readonly string[];
  readonly trouble?: ErrorData;
}

function readKeys(source: string, reference: string, env: Readonly<NodeJS.ProcessEnv>): ReadKeys {
  let text: string;
  try {
    text = reference.startsWith(FILE)
      ? readFileSync(reference.slice(FILE.length), "utf8")
      : (env[reference.slice(4)] ?? "");
  } catch (error) {
    return noKey(source, reference, messageOf(error));
  }
  const keys = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (keys.length === 0) return noKey(source, reference, "it is not set, or empty");
  const isBad = keys.some(
    (key) => key.length < SHORTEST_KEY || key.length > LONGEST_KEY || !/^[\x21-\x7e]+$/.test(key),
  );
  if (!isBad) return { keys };
  return noKey(source, reference, `it must have ${SHORTEST_KEY} to ${LONGEST_KEY} characters of ASCII without blanks`);
}

function noKey(source: string, reference: string, why: string): ReadKeys {
  const where = reference.startsWith(FILE)
    ? "put it into this file: it is read as soon as it changes. Two lines are two keys, while one takes the other's place."
    : "set the variable where the server is started, and start it anew.";
  const trouble: ErrorData = {
    code: "no-access-key",
    kind: "usage",
    message: `the access key of source “${source}” cannot be used: ${reference}: ${why}`,
    place: reference,
    next: `Make one with \`openssl rand -hex 32\`, and ${where}`,
  };
  return { keys: [], trouble };
}
