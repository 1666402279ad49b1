import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { KeyedSource } from "#api/index.js";
import { keyFiles, pushedSources } from "./pushed-sources.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = "0123456789abcdef";

function sourcesOf(reference: string, env: NodeJS.ProcessEnv = {}, format?: string): KeyedSource[] {
  const source = { name: "edge", push: "any", access_key: reference, every: 60_000 } as const;
  const formatted = format === undefined ? source : { ...source, log_format: format };
  return pushedSources([formatted, { name: "a", folder: "/a", every: 60_000 }], env);
}

function keysOf(reference: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  return sourcesOf(reference, env).flatMap(({ keys }) => keys);
}

/** What a person is told. */
function told(reference: string, env: NodeJS.ProcessEnv = {}): string {
  const [{ keys, trouble } = { keys: undefined, trouble: undefined }] = sourcesOf(reference, env);
  expect([keys, trouble?.code, trouble?.place]).toEqual([[], "no-access-key", reference]);
  expect(trouble?.next).toContain("openssl rand");
  return trouble?.message ?? "";
}

it("reads keys from the environment and from files, two while one takes the other's place", () => {
  const file = join(folder, "keys");
  writeFileSync(file, `${KEY}\n\n  ${KEY}-new \n`);
  expect(keysOf("env:K", { K: ` ${KEY}\n` })).toEqual([KEY]);
  expect(keysOf(`file:${file}`)).toEqual([KEY, `${KEY}-new`]);
});

it("says what is wrong with a key, and never the key", () => {
  expect(told("env:NONE")).toContain("it is not set");
  expect(told(`file:${join(folder, "none")}`)).toContain("ENOENT");
  for (const key of ["short", "x".repeat(4097), `${KEY} with blanks`, `${KEY}ü`]) {
    expect(told("env:K", { K: key })).toContain("must have 16 to 4096 characters");
    expect(told("env:K", { K: key })).not.toContain(key);
  }
});

it("holds back a source whose layout names no field, and names the files that keys lie in", () => {
  expect(sourcesOf("env:K", { K: KEY }, "nonsense")).toMatchObject([{ keys: [], trouble: { code: "config-wrong" } }]);
  expect(sourcesOf("env:K", { K: KEY }, "${srcaddr}")).toMatchObject([{ keys: [KEY] }]);
  const every = 60_000;
  const named = (reference: string) => ({ name: "x", push: "any", access_key: reference, every }) as const;
  expect(keyFiles([named("env:file:x"), named("file:/a/b"), { name: "a", folder: "/a", every }])).toEqual(["/a/b"]);
});
