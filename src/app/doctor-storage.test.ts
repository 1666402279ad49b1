import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openCatalog } from "#catalog/index.js";
import { checkStorage } from "./doctor-storage.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-doctor-storage-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("says of objects that are not read how they can be: keys of a bucket are no paths", () => {
  const catalog = openCatalog(join(folder, "catalog.db"), { mode: "write" });
  const advice = () => checkStorage(folder).find(({ code }) => code === "objects")?.next;
  const wait = (kind: string, key: string): void => {
    const source = catalog.ensureSource(kind, `${kind}://logs/`);
    catalog.claim("wa", source, [{ key, size: 10, modifiedMicros: 1 }], () => true);
  };
  wait("s3", "AWSLogs/1.log.gz");
  wait("azblob", "y=2026/PT1H.json");
  expect(advice()).toBe("weir status says why. weir collect tries those of sources again.");
  wait("files", "/logs/a.log");
  expect(advice()).toBe(
    "weir status says why. Run weir ingest on the files again. weir collect tries those of sources again.",
  );
  catalog.close();
});
