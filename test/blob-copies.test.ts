import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ingest, type IngestReport } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-copies-"));
const [lake, logs] = [join(folder, "lake"), join(folder, "logs")];
mkdirSync(logs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (...args: string[]): IngestReport => ingest(lake, "--no-derive", "--final", logs, ...args);

describe("copies of a blob that were made while it grew", () => {
  /** An hour of one interface of which so many minutes are over. */
  function blob(mac: string, minutes: number): string {
    const records = Array.from({ length: minutes }, (_, minute) => {
      const time = Date.UTC(2026, 2, 3, 12, minute);
      const tuples = Array.from(
        { length: 20 },
        (_each, at) => `${time / 1000},10.0.0.${at},10.1.0.4,${2000 + at},443,T,I,A,B,,,,`,
      );
      const group = `/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/N`;
      const properties = { Version: 2, flows: [{ rule: "UserRule_web", flows: [{ mac, flowTuples: tuples }] }] };
      const category = "NetworkSecurityGroupFlowEvent";
      return {
        time: new Date(time).toISOString(),
        systemId: "s",
        macAddress: mac,
        category,
        resourceId: group,
        properties,
      };
    });
    return JSON.stringify({ records });
  }
  const put = (name: string, text: string): void => writeFileSync(join(logs, name), text);
  const told = ({ problems }: IngestReport): string[] =>
    problems.flatMap(({ code, object }) => (code === "same-beginning" ? [basename(object)] : []));

  it("are told, also when they come later, and neither a blob that grew in its place nor one of another interface", () => {
    put("0-one.json", blob("6045BDEC2532", 1));
    put("0-other.json", blob("6045BDEC2533", 1));
    const first = read();
    expect([told(first), first.records.flows]).toEqual([[], 40]);
    put("0-one.json", blob("6045BDEC2532", 2));
    put("1-copied.json", blob("6045BDEC2532", 3));
    put("2-copied.json", blob("6045BDEC2532", 4));
    const second = read();
    expect(told(second).sort()).toEqual(["1-copied.json", "2-copied.json"]);
    expect(second.objects).toMatchObject({ grown: 1, read: 2 });
    expect(told(read("--reread")).sort()).toContain("1-copied.json");
  });
});
