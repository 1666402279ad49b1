import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import { pushedSources } from "./pushed-sources.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = "0123456789abcdef";

function keysOf(reference: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  const source = { name: "edge", push: "any", access_key: reference, every: 60_000 } as const;
  return pushedSources([source, { name: "a", folder: "/a", every: 60_000 }], env).flatMap(({ keys }) => keys);
}

/** What a person is told. */
function told(reference: string, env: NodeJS.ProcessEnv = {}): string {
  try {
    return keysOf(reference, env).join(" ");
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    expect([error.code, error.place]).toEqual(["no-access-key", reference]);
    expect(error.next).toContain("openssl rand");
    return error.message;
  }
}

it("reads keys from the environment and from files, two while one takes the other's place", () => {
  const file = join(folder, "keys");
  writeFileSync(file, `${KEY}\n\n  ${KEY}-new \n`);
  expect(keysOf("env:K", { K: ` ${KEY}\n` })).toEqual([KEY]);
  expect(keysOf(`file:${file}`)).toEqual([KEY, `${KEY}-new`]);
});

it("says what is wrong with a key, and never the key", () => {
  expect(told("env:NONE")).toContain("there is none");
  expect(told(`file:${join(folder, "none")}`)).toContain("ENOENT");
  for (const key of ["short", "x".repeat(4097), `${KEY} with blanks`, `${KEY}ü`]) {
    expect(told("env:K", { K: key })).toContain("must have 16 to 4096 characters");
    expect(told("env:K", { K: key })).not.toContain(key);
  }
});
