import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { curlLine, isForFirehose } from "./push-endpoint.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-curl-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The words that a shell gives to curl. */
function wordsOf(line: string, env: NodeJS.ProcessEnv = {}): string[] {
  const { stdout } = spawnSync("sh", ["-c", line.replace(/^curl/, 'printf "%s\\n"')], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], ...env },
  });
  return stdout.trimEnd().split("\n");
}

it("names the key by its variable or its file, and a shell puts the first one in", () => {
  const url = "http://127.0.0.1:8400";
  const any = { name: "edge", accepts: "any", keyFrom: "env:EDGE_KEY" } as const;
  const line = curlLine(url, any);
  expect(line).toContain('"Authorization: Bearer $EDGE_KEY"');
  expect(wordsOf(line, { EDGE_KEY: "a b'c" })).toEqual([
    "--data-binary",
    "@flows.log.gz",
    "-H",
    "Authorization: Bearer a b'c",
    "http://127.0.0.1:8400/api/v1/push/edge",
  ]);
  const file = join(folder, "the key's file");
  writeFileSync(file, "first\nsecond\n");
  const hose = wordsOf(curlLine(url, { name: "hose", accepts: "firehose", keyFrom: `file:${file}` }));
  expect(hose).toContain("X-Amz-Firehose-Access-Key: first");
  expect(hose.at(-1)).toBe("http://127.0.0.1:8400/api/v1/push/hose/firehose");
  expect(JSON.parse(hose[1] ?? "")).toMatchObject({ records: [] });
  expect(wordsOf(curlLine(url, { ...any, keyFrom: "env:$(touch x)" }))).toContain("Authorization: Bearer KEY");
});

it("knows where Firehose can post to", () => {
  expect(["https://weir.example.com", "https://10.0.0.1"].map(isForFirehose)).toEqual([true, false]);
  expect(["http://weir.example.com", "https://weir.example.com:8443", "https://localhost"].map(isForFirehose)).toEqual([
    false,
    false,
    false,
  ]);
});
