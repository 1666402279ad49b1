import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TrustCheck } from "#analyse/index.js";
import type { Catalog } from "#catalog/index.js";
import { DERIVATION_VERSION } from "#derive/index.js";
import type { Segment } from "#model/segment.js";
import { tableNames } from "#model/tables.js";
import { openCatalogToRead } from "./lake-files.ts";

const GIGA = 1_000_000_000;
/** Below this a run may fail at any time; below the other it soon will. */
const NO_SPACE = 0.2 * GIGA;
const LITTLE_SPACE = 2 * GIGA;
/** From this share of unreadable records on, totals are wrong. */
const MUCH_MALFORMED = 0.01;
const MOST = 20;
/** How objects that are not read can be, by the kind of their source; all others are collected. */
const waysToRead: Readonly<Record<string, string>> = {
  files: "Run weir ingest on the files again.",
  upload: "Upload again what was uploaded.",
  push: "weir serve tries again what was pushed.",
};

/** What the catalog and the disk tell, without reading any table. */
export function checkStorage(dataDir: string): TrustCheck[] {
  const catalog = openCatalogToRead(dataDir);
  try {
    return [
      checkFiles(dataDir, catalog),
      checkObjects(catalog),
      checkMalformed(catalog),
      checkFields(catalog),
      checkHours(catalog),
      checkFrozen(catalog),
      checkSpace(dataDir),
    ];
  } finally {
    catalog.close();
  }
}

/** Every listed file is there and has its size. `weir store check --deep` reads them, too. */
function checkFiles(dataDir: string, catalog: Catalog): TrustCheck {
  const { segments } = catalog.snapshot();
  const all = tableNames.flatMap((table) => segments[table]);
  const wrong = all.flatMap((segment) => {
    const problem = fileProblem(dataDir, segment);
    return problem === null ? [] : [`${segment.path}: ${problem}`];
  });
  if (wrong.length === 0) return ok("files", `${amount(all.length, "file")} in place, each of its size`);
  return {
    code: "files",
    level: "bad",
    finding: `${amount(wrong.length, "file")} missing or damaged`,
    reason: "What they held is in no answer.",
    next: "weir store check --repair, then weir collect (of files weir ingest): it reads their objects again.",
    details: wrong.slice(0, MOST),
  };
}

/** What is wrong with a file, as far as its name and size tell. */
export function fileProblem(dataDir: string, { path, bytes }: Segment): string | null {
  const size = statSync(join(dataDir, path), { throwIfNoEntry: false })?.size;
  if (size === undefined) return "missing";
  return size === bytes ? null : `${size} bytes, and ${bytes} were written`;
}

function checkObjects(catalog: Catalog): TrustCheck {
  const { objects } = catalog.objectTotals();
  const failed = catalog.objects({ status: "failed", limit: MOST });
  if (objects.failed + objects.pending === 0)
    return ok("objects", `${amount(objects.done, "object")} read, none failed`);
  const parts = [
    ...(objects.failed > 0 ? [`${amount(objects.failed, "object")} could not be read`] : []),
    ...(objects.pending > 0 ? [`${amount(objects.pending, "object")} not read yet`] : []),
  ];
  return {
    code: "objects",
    level: objects.failed > 0 ? "bad" : "warn",
    finding: parts.join(", "),
    reason: "Their records are in no answer.",
    next: ["weir status says why.", ...readAgain(catalog)].join(" "),
    details: failed.map(({ key, message }) => `${key}: ${message ?? "failed"}`),
  };
}

/** How to read what is not read, by where it came from: keys of buckets are no paths. */
function readAgain(catalog: Catalog): string[] {
  const kinds = new Map(catalog.sources.list().map(({ sourceId, kind }) => [sourceId, kind]));
  const concerned = new Set<string>();
  for (const { sourceId, objects } of catalog.sources.totals([]))
    if (objects.failed + objects.pending > 0) concerned.add(kinds.get(sourceId) ?? "files");
  const ways = [...concerned].map((kind) => waysToRead[kind] ?? "weir collect tries those of sources again.");
  return [...new Set(ways)].sort();
}

function checkMalformed(catalog: Catalog): TrustCheck {
  const { records, reasons } = catalog.objectTotals();
  if (records.malformed === 0) return ok("malformed", `All of ${amount(records.total, "record")} could be read`);
  const share = records.malformed / Math.max(1, records.total);
  return {
    code: "malformed",
    level: share >= MUCH_MALFORMED ? "bad" : "warn",
    finding: `${amount(records.malformed, "record")} of ${records.total.toLocaleString("en-US")} could not be read (${share >= 0.001 ? `${(100 * share).toFixed(1)} %` : "under 0.1 %"})`,
    reason: "What they say is in no answer.",
    next: "weir malformed shows them with place and reason.",
    details: Object.entries(reasons).map(([reason, count]) => `${reason}: ${amount(count, "record")}`),
  };
}

function checkFields(catalog: Catalog): TrustCheck {
  const fields = Object.entries(catalog.unknownFields());
  if (fields.length === 0) return ok("unknown_fields", "Every field of the logs is known");
  return {
    code: "unknown_fields",
    level: "warn",
    finding: `${amount(fields.length, "field")} that Weir does not know`,
    reason: "They are kept in the column ext and are in no other column.",
    next: 'Ask them in SQL: weir sql "SELECT ext FROM flows WHERE ext IS NOT NULL LIMIT 5"',
    details: fields.slice(0, MOST).map(([name, count]) => `${name}: ${amount(count, "record")}`),
  };
}

function checkHours(catalog: Catalog): TrustCheck {
  const dirty = catalog.dirtyHours();
  // As `weir status` counts them: also an hour that only the beginning of a conversation is in.
  const { derived } = catalog.derivationTotals();
  if (dirty.length === 0) return ok("derived", `Conversations hold all flows: ${amount(derived, "hour")} derived`);
  return {
    code: "derived",
    level: "bad",
    finding: `${amount(dirty.length, "hour")} with flows to derive conversations from, or to derive them anew`,
    reason: "What is new in them, flows or names, is not in the answers of top, query, why and tail.",
    next: "weir store derive",
    details: dirty
      .slice(0, MOST)
      .map(({ hour }) => new Date(hour * 3_600_000).toISOString().slice(0, 16).replace("T", " ")),
  };
}

function checkFrozen(catalog: Catalog): TrustCheck {
  const { frozen, frozenOlder } = catalog.hourTotals(DERIVATION_VERSION);
  const late = catalog.lateHours();
  if (late.length > 0)
    return {
      code: "frozen",
      level: "warn",
      finding: `${amount(late.length, "frozen hour")} that records came for after their flows were deleted`,
      reason: "Those records are in flows and in no conversation: what was made of the hours cannot be made again.",
      next: "Look at them with weir query --dataset flows. Keep flows longer with weir store expire --older-than.",
      details: late
        .slice(0, MOST)
        .map((hour) => new Date(hour * 3_600_000).toISOString().slice(0, 16).replace("T", " ")),
    };
  if (frozenOlder === 0)
    return ok(
      "frozen",
      frozen === 0
        ? "No hour is frozen: the flows of all are kept"
        : `${amount(frozen, "hour")} frozen: their flows are gone, their conversations stay`,
    );
  return {
    code: "frozen",
    level: "warn",
    finding: `${amount(frozenOlder, "frozen hour")} of ${frozen.toLocaleString("en-US")} made by an older version`,
    reason:
      "Their flows are gone, so they cannot be made anew: they may differ from newer hours in how they were assembled.",
    next: "Nothing can be done for them. Keep flows longer with weir store expire --older-than.",
    details: [],
  };
}

function checkSpace(dataDir: string): TrustCheck {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const finding = `${(free / GIGA).toFixed(1)} GB free on the disk`;
  if (free >= LITTLE_SPACE) return ok("disk", finding);
  return {
    code: "disk",
    level: free < NO_SPACE ? "bad" : "warn",
    finding,
    reason: "When it is full, nothing more is read; what is there stays whole.",
    next: "Free some, or keep less: weir store expire --dry-run.",
    details: [],
  };
}

function ok(code: string, finding: string): TrustCheck {
  return { code, level: "ok", finding, reason: null, next: null, details: [] };
}

function amount(count: number, one: string): string {
  return `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;
}
