import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thrownCode } from "#base/error-code.fake.js";
import { openCatalog } from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import { tableNames } from "#model/tables.js";
import { isLake, makeFolders } from "./lake-folders.ts";
import { discardSegments, publishSegments, stagedFile } from "./publish.ts";
import { recover } from "./recovery.ts";
import { isWriterAlive, takeWriter } from "./writer-lock.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "weir-files-")), "lake");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

const [OTHER, ALIVE, DEAD] = ["wother000aaaaaaaa", "walive000aaaaaaaa", "wdead0000aaaaaaaa"];
const UUID = "00000000-0000-4000-8000-00000000000";

it("makes a lake in a new or an empty folder, and in no other", () => {
  makeFolders(folder);
  expect(readdirSync(folder).sort()).toEqual([...tableNames, "staging", "tmp", "writers"].sort());
  expect(isLake(folder)).toBe(false);
  makeFolders(folder);
  const foreign = join(folder, "..", "pictures");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "cat.jpg"), "");
  expect(thrownCode(() => makeFolders(foreign))).toBe("not-a-lake");
  expect(thrownCode(() => makeFolders(join(foreign, "cat.jpg")))).toBe("not-a-lake");
  expect(thrownCode(() => makeFolders(join(foreign, "cat.jpg", "lake")))).toBe("lake-read-only");
});

it("takes no folder for a lake that only has such names in it, nor one whose catalog is gone", () => {
  const logs = join(folder, "logs");
  mkdirSync(join(logs, "flows", "aws"), { recursive: true });
  writeFileSync(join(logs, "flows", "aws", "000000.gz"), "");
  expect(thrownCode(() => makeFolders(logs))).toBe("catalog-missing");
  for (const bytes of ["", "x"]) {
    writeFileSync(join(logs, "catalog.db"), bytes);
    expect(thrownCode(() => makeFolders(logs))).toBe("catalog-missing");
  }
  expect(readdirSync(join(logs, "flows", "aws"))).toEqual(["000000.gz"]);
});

it("never touches what has not the name of a writer's file", () => {
  makeFolders(folder);
  const catalog = openCatalog(join(folder, "catalog.db"), { mode: "write" });
  const foreign = [
    "flows/aws/a.parquet",
    "flows/2026-03-03/mine-1.parquet",
    "staging/web/index.html",
    "tmp/work/note",
    "writers/will.lock",
  ];
  for (const name of foreign) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  recover(folder, catalog);
  expect(foreign.filter((name) => existsSync(join(folder, name)))).toEqual(foreign);
  catalog.close();
});

it("gives a writer's lock up with it", () => {
  makeFolders(folder);
  const writer = takeWriter(folder);
  expect(isWriterAlive(folder, writer.id)).toBe(true);
  writer.release();
  expect(isWriterAlive(folder, writer.id)).toBe(false);
  expect(readdirSync(join(folder, "writers"))).toEqual([]);
  expect(isWriterAlive(folder, "../../etc/passwd")).toBe(false);
  expect(isWriterAlive(folder, "wnever")).toBe(false);
});

/** A process that holds a lock as writers do, until it is killed. */
async function otherProcess(path: string) {
  const libsql = createRequire(import.meta.url).resolve("libsql");
  const script = `const db = new (require(${JSON.stringify(libsql)}))(${JSON.stringify(path)}); db.exec("BEGIN EXCLUSIVE"); console.log("held"); setInterval(() => db, 1000);`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

it("frees the lock of a killed process at once", async () => {
  makeFolders(folder);
  for (let round = 0; round < 3; round++) {
    const process = await otherProcess(join(folder, "writers", `${OTHER}.lock`));
    expect(isWriterAlive(folder, OTHER)).toBe(true);
    await process.kill();
    expect(isWriterAlive(folder, OTHER)).toBe(false);
  }
});

it("publishes all files or none", () => {
  makeFolders(folder);
  const segments = ["wme-1", "wme-2"].map((id) => ({ id, path: `flows/2026-03-03/${id}.parquet` }) as Segment);
  mkdirSync(join(folder, "staging", "wme"));
  writeFileSync(stagedFile(folder, "wme", "wme-1"), "1");
  expect(thrownCode(() => publishSegments(folder, "wme", segments))).toBe("lake-read-only");
  expect(readdirSync(join(folder, "flows", "2026-03-03"))).toEqual([]);
  for (const { id } of segments) writeFileSync(stagedFile(folder, "wme", id), id);
  publishSegments(folder, "wme", segments);
  expect(readdirSync(join(folder, "flows", "2026-03-03"))).toEqual(["wme-1.parquet", "wme-2.parquet"]);
  discardSegments(folder, segments);
  expect(readdirSync(join(folder, "flows", "2026-03-03"))).toEqual([]);
});

it("clears away what dead writers left, and leaves alone what is a living one's", async () => {
  makeFolders(folder);
  const catalog = openCatalog(join(folder, "catalog.db"), { mode: "write" });
  const alive = await otherProcess(join(folder, "writers", `${ALIVE}.lock`));
  const files = (writer: string) => {
    const day = join(folder, "flows", "2026-03-03");
    for (const parent of [join(folder, "staging", writer), join(folder, "tmp", writer), day])
      mkdirSync(parent, { recursive: true });
    const made = [
      join(folder, "staging", writer, "a.parquet"),
      join(folder, "tmp", writer, "spill"),
      join(day, `${writer}-${UUID}1.parquet`),
    ];
    for (const file of made) writeFileSync(file, "");
    return made;
  };
  const theirs = files(ALIVE);
  const orphans = files(DEAD);
  const base = {
    table: "flows",
    rows: 1,
    bytes: 0,
    minTime: 0,
    maxTime: 0,
    hours: [0],
    columns: [],
    minAddress: null,
    maxAddress: null,
    objects: {},
  } as const;
  const listed = join(folder, "flows", "2026-03-03", `${DEAD}-${UUID}2.parquet`);
  writeFileSync(listed, "");
  catalog.commit({
    writer: "w",
    objects: [],
    retire: [],
    segments: [{ ...base, id: `${DEAD}-${UUID}2`, path: `flows/2026-03-03/${DEAD}-${UUID}2.parquet` }],
  });
  const spills = ["999999999-old", "999999998-new", `${process.pid}-mine`].map((name) => join(folder, "tmp", name));
  for (const spill of spills) mkdirSync(spill);
  utimesSync(spills[0]!, 1, 1);
  utimesSync(spills[2]!, 1, 1);
  expect(recover(folder, catalog)).toEqual({
    writers: 1,
    unlisted: [`flows/2026-03-03/${DEAD}-${UUID}1.parquet`],
    retired: 0,
  });
  expect([...theirs, listed].every((file) => existsSync(file))).toBe(true);
  expect(orphans.some((file) => existsSync(file))).toBe(false);
  expect(spills.map((spill) => existsSync(spill))).toEqual([false, true, true]);
  catalog.replace([`${DEAD}-${UUID}2`], []);
  expect(recover(folder, catalog).retired).toBe(0);
  expect(recover(folder, catalog, Date.now() + 11 * 60_000).retired).toBe(1);
  expect([existsSync(listed), catalog.listedPaths().size]).toEqual([false, 0]);
  await alive.kill();
  recover(folder, catalog);
  expect(theirs.some((file) => existsSync(file))).toBe(false);
  catalog.close();
});
