import { appendFileSync, copyFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { derivedRowsOf, rowsOf } from "./lake-rows.ts";
import { logLines, newPlace, type Place } from "./weir-process.ts";

let place: Place;
beforeEach(() => {
  place = newPlace();
  const line = logLines[0] ?? "";
  for (const name of ["b", "c"])
    writeFileSync(
      join(place.folder, "logs", `${name}.log`),
      `${line.replaceAll("10.0.0.1", `10.9.9.${name.codePointAt(0)}`)}\n`,
    );
  ingest();
});
afterEach(() => rmSync(place.folder, { recursive: true, force: true }));

const ingest = (): { objects: { read: number; unchanged: number } } =>
  JSON.parse(place.weir(["ingest", "logs", "--json", "--workers", "1"]).stdout) as never;
const rows = (): Promise<string[]> => rowsOf(place.lake, "position", (key) => key);
const counts = (): unknown => (JSON.parse(place.weir(["status", "--json"]).stdout) as { records: unknown }).records;

/** The file of a table; each has one. */
function segmentFile(table: string): string {
  const [day = ""] = readdirSync(join(place.lake, table));
  const [name = ""] = readdirSync(join(place.lake, table, day));
  return join(place.lake, table, day, name);
}

it("reads the objects of lost files again, and the lake is as it was", async () => {
  const [before, countsBefore] = [await rows(), counts()];
  const { files: filesBefore } = JSON.parse(place.weir(["store", "check", "--json"]).stdout) as { files: number };
  rmSync(segmentFile("flows"));
  truncateSync(segmentFile("malformed"), 20);
  const check = place.weir(["store", "check"]);
  expect(check.status).toBe(3);
  expect(check.stdout).toContain("3 objects have rows in these files");
  expect(check.stdout).toContain("--repair");
  expect(ingest().objects).toMatchObject({ read: 0, unchanged: 3 });
  const repair = place.weir(["store", "check", "--repair"]);
  expect(repair.status).toBe(0);
  expect(repair.stdout).toContain("2 files are off the list.");
  expect(repair.stdout).toContain(`weir ingest ${join(place.folder, "logs")}`);
  expect(JSON.parse(place.weir(["store", "check", "--json"]).stdout)).toMatchObject({
    whole: true,
    files: filesBefore - 2,
  });
  expect(ingest().objects).toMatchObject({ read: 3, unchanged: 0 });
  expect(await rows()).toEqual(before);
  expect(counts()).toEqual(countsBefore);
  expect(place.weir(["store", "check", "--deep"]).status).toBe(0);
  expect(ingest().objects).toMatchObject({ read: 0, unchanged: 3 });
});

it("keeps copies of an object that is read again copies, also of what it held before it grew", async () => {
  const [log, copy] = [join(place.folder, "logs", "b.log"), join(place.folder, "logs", "z.log")];
  copyFileSync(log, copy);
  expect(ingest().objects).toMatchObject({ read: 0, unchanged: 4 });
  appendFileSync(log, `${logLines[1] ?? ""}\n`);
  ingest();
  const before = await rows();
  rmSync(segmentFile("flows"));
  expect(place.weir(["store", "check", "--repair"]).status).toBe(0);
  ingest();
  expect(await rows()).toEqual(before);
});

it("names objects that are gone, reads them when they are back, and reads on no half object", async () => {
  const before = await rows();
  const [log, away] = [join(place.folder, "logs", "b.log"), join(place.folder, "b.log")];
  renameSync(log, away);
  rmSync(segmentFile("flows"));
  const repair = JSON.parse(place.weir(["store", "check", "--repair", "--json"]).stdout) as Record<string, string[]>;
  expect(repair["gone"]).toEqual([log]);
  expect(repair["objects"]).toHaveLength(3);
  ingest();
  copyFileSync(away, log);
  appendFileSync(log, `${logLines[1] ?? ""}\n`);
  ingest();
  expect(await rows()).toHaveLength(before.length + 1);
});

it("makes lost conversations anew from flows, and reads no object for them", async () => {
  const before = await derivedRowsOf(place.lake);
  rmSync(segmentFile("conversations"));
  truncateSync(segmentFile("presence"), 20);
  const repair = place.weir(["store", "check", "--repair"]);
  expect(repair.stdout).toContain("2 files are off the list.");
  expect(repair.stdout).toContain("weir store derive");
  expect(repair.stdout).not.toContain("weir ingest");
  expect(place.weir(["store", "derive"]).status).toBe(0);
  expect(await derivedRowsOf(place.lake)).toEqual(before);
  expect(ingest().objects).toMatchObject({ read: 0, unchanged: 3 });
});
