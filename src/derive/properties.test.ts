import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Found, type Record } from "./flow-fixture.fake.ts";
import { anyLog, bytesOf, nameOf, smallWorlds, WORLD_HOURS, type Exchange, type HostLog } from "./small-world.fake.ts";

/** How many random worlds each property is tried on; more by hand: WEIR_RUNS=200 npx vitest run src/derive/properties.test.ts */
const numRuns = Number(process.env["WEIR_RUNS"] ?? 6);
const timeout = 60_000 * numRuns;

const folder = mkdtempSync(join(tmpdir(), "weir-properties-"));
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(folder);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const hours = WORLD_HOURS;

interface Sum {
  readonly client: number;
  readonly server: number;
  readonly starts: number;
  readonly ids: number;
}

function sums(found: readonly Found[][]): Map<string, Sum> {
  const ids = new Map<string, Set<string>>();
  const all = new Map<string, Sum>();
  for (const { name, clientBytes, serverBytes, starts, id } of found.flat()) {
    const known = ids.get(name) ?? new Set();
    ids.set(name, known.add(id));
    const { client, server, starts: before } = all.get(name) ?? { client: 0, server: 0, starts: 0 };
    all.set(name, {
      client: client + clientBytes,
      server: server + serverBytes,
      starts: before + starts,
      ids: known.size,
    });
  }
  return all;
}

const truth = (exchanges: readonly Exchange[]): Map<string, Sum> =>
  new Map(
    exchanges.map((each) => [
      nameOf(each),
      { client: bytesOf(each.up), server: bytesOf(each.down), starts: 1, ids: 1 },
    ]),
  );
const sorted = (sum: ReadonlyMap<string, Sum>): [string, Sum][] => [...sum].sort(([a], [b]) => (a < b ? -1 : 1));

describe("a random world", () => {
  it(
    "where 60 s, 600 s and Azure windows meet over hour borders has its conversations, and its volume within 1 %",
    async () => {
      await fc.assert(
        fc.asyncProperty(smallWorlds(anyLog), async ({ exchanges, records }) => {
          const [ours, expected] = [sums(await bench.derive(records, { hours })), truth(exchanges)];
          const counts = (all: ReadonlyMap<string, Sum>): unknown =>
            sorted(all).map(([name, { starts, ids }]) => [name, starts, ids]);
          expect(counts(ours)).toEqual(counts(expected));
          const total = (all: ReadonlyMap<string, Sum>): number =>
            [...all.values()].reduce((sum, { client, server }) => sum + client + server, 0);
          expect(Math.abs(total(ours) / total(expected) - 1)).toBeLessThan(0.01);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  it.each<[string, HostLog]>([
    ["60 s", { kind: "aws", window: 60, phase: 17 }],
    ["600 s", { kind: "aws", window: 600, phase: 0 }],
    ["Azure", { kind: "azure" }],
  ])(
    "where all windows are those of %s is counted exactly",
    async (_, log) => {
      const logs = fc.oneof(fc.constant(log), fc.constant({ kind: "none" as const }));
      await fc.assert(
        fc.asyncProperty(smallWorlds(logs), async ({ exchanges, records }) => {
          const logged = exchanges.filter(
            ({ client, server }) => client.log.kind !== "none" || server.log.kind !== "none",
          );
          expect(sorted(sums(await bench.derive(records, { hours })))).toEqual(sorted(truth(logged)));
        }),
        { numRuns },
      );
    },
    timeout,
  );

  it(
    "is the same in whatever order its records come",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          smallWorlds(anyLog).chain((world) =>
            fc.tuple(
              fc.constant(world),
              fc.shuffledSubarray([...world.records], {
                minLength: world.records.length,
                maxLength: world.records.length,
              }),
            ),
          ),
          async ([{ records }, shuffled]) => {
            expect(await bench.derive(shuffled, { hours })).toEqual(await bench.derive(records, { hours }));
          },
        ),
        { numRuns },
      );
    },
    timeout,
  );

  it(
    "is the same with a second flow log of its interfaces, whatever that one's windows and format",
    async () => {
      const aws = anyLog.filter(({ kind }) => kind === "aws");
      const twice = fc.tuple(smallWorlds(aws, 12), fc.boolean(), fc.boolean(), fc.nat({ max: 3 }));
      await fc.assert(
        fc.asyncProperty(twice, async ([{ exchanges, records }, joins, isPoor, spared]) => {
          const again = (record: Record): Record => {
            const copy = { ...record, flowLog: "fl-2" };
            if (!isPoor) return copy;
            const { flags: _, ...poor } = copy;
            return poor;
          };
          const copies = (joins ? joined(records) : records)
            .filter(({ observer }) => observer !== `nic-1-${spared}`)
            .map(again);
          const once = await bench.derive(records, { hours });
          expect(await bench.derive([...records, ...copies], { hours })).toEqual(once);
          expect(exchanges.length).toBeGreaterThan(0);
        }),
        { numRuns },
      );
    },
    timeout,
  );
});

/** The records as longer windows have them: those of one direction that begin in the same ten minutes are one. */
function joined(records: readonly Record[]): Record[] {
  const windows = new Map<string, Record>();
  for (const record of records) {
    const { at = 0, seconds = 0, bytes = 0, flags = 0 } = record;
    const key = [record.observer, record.from, record.to, Math.floor(at / 600)].join(" ");
    const known = windows.get(key);
    if (known === undefined) windows.set(key, record);
    else {
      const [start, end] = [
        Math.min(known.at ?? 0, at),
        Math.max((known.at ?? 0) + (known.seconds ?? 0), at + seconds),
      ];
      windows.set(key, {
        ...known,
        at: start,
        seconds: end - start,
        bytes: (known.bytes ?? 0) + (bytes ?? 0),
        flags: (known.flags ?? 0) | flags,
      });
    }
  }
  return [...windows.values()];
}
