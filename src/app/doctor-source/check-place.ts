import type { TrustCheck } from "#analyse/index.js";
import { counted, humanBytes, humanSeconds } from "#base/human.js";
import type { SourceProbe } from "#source/index.js";
import type { SourceFacts } from "./source-facts.ts";

/** From here on a cloud may refuse what is signed with our time, and times of objects mislead. */
const MUCH_SKEW_MS = 60_000;
const REFUSED_SKEW_MS = 15 * 60_000;

/** What stands in the way of a place, by the code of the error; the error itself names it in full. */
const obstacles: Readonly<Record<string, string>> = {
  "source-denied": "a permission is missing",
  "object-denied": "objects are listed and must not be read",
  "kms-denied": "the key that objects are encrypted with cannot be used",
  "source-network": "there is no connection",
  "source-network-rule": "a network rule keeps this machine out, whatever its role may read",
  "source-permission": "a permission is missing",
  "source-key-refused": "the account does not accept its keys, only Microsoft Entra",
  "source-encryption-key": "the key that the account is encrypted with cannot be used",
  "source-not-found": "there is no such place",
  "source-account": "there is no such account",
  "source-throttled": "the cloud is busy",
  "source-certificate": "the certificate is not trusted",
  "source-unreachable": "there is no connection",
  "source-credentials": "the credentials do not work",
  "source-secret": "the secret is not there",
  "source-region": "the region is the wrong one",
  "source-clock": "the clocks differ too much",
  "source-bucket": "there is no such place",
  "source-log-group": "there is no such place",
  "source-container": "there is no such place",
  "source-queue": "the queue cannot be read",
  "source-busy": "the cloud is busy",
};

/** Whether the place can be reached, and whether what is there is what should be. */
export function checkPlace(facts: SourceFacts): TrustCheck[] {
  return [...checkReach(facts), ...checkClock(facts)];
}

function checkReach(facts: SourceFacts): TrustCheck[] {
  const { place, uri } = facts;
  if ("files" in place) return [checkFolder(facts, place.files)];
  if ("error" in place) {
    const { error, rights } = place;
    const needs = rights
      .filter(({ optional }) => optional === undefined)
      .flatMap(({ title, text }) => [title, ...text.split("\n")]);
    return [
      {
        code: "reach",
        level: "bad",
        finding: `${uri} cannot be looked at: ${obstacles[error.code] ?? "it fails"}`,
        reason: error.message,
        next: error.next ?? null,
        details: needs,
      },
    ];
  }
  const { probe } = place;
  const checks: TrustCheck[] = [];
  if (probe.objects === 0)
    checks.push({
      code: "empty",
      level: "bad",
      finding: `nothing lies at ${uri}`,
      reason: `It can be listed, and no object of a flow log is there${probe.layout === "" ? "" : ` (layout: ${probe.layout})`}.`,
      next: emptyNext(probe),
      details: [],
    });
  else
    checks.push(
      ok(
        "reach",
        `it can be listed and read: ${probe.layout}; ${counted(probe.flowLogs.length, "flow log")}, ${humanBytes(probe.bytesPerDay)} a day`,
      ),
    );
  if (facts.region !== undefined && probe.region !== null && probe.region !== facts.region)
    checks.push({
      code: "region",
      level: "warn",
      finding: `it lies in ${probe.region}, and the source says ${facts.region}`,
      reason: "Each request is sent to the wrong region first, or refused.",
      next: `Write region: ${probe.region} in the source.`,
      details: [],
    });
  if (probe.remarks.length > 0)
    checks.push({
      code: "remarks",
      level: "warn",
      finding: `${counted(probe.remarks.length, "thing")} about what lies there that may keep logs from the lake`,
      reason: null,
      next: null,
      details: probe.remarks,
    });
  if (probe.notes.length > 0)
    checks.push({ ...ok("notes", `good to know: ${probe.notes[0] ?? ""}`), details: probe.notes.slice(1) });
  return checks;
}

function emptyNext({ nearby }: SourceProbe): string {
  if (nearby !== undefined && nearby.meant !== null)
    return `Did you mean ${nearby.meant}? Write it as the source's url.`;
  const elsewhere = nearby?.flowLogs ?? [];
  if (elsewhere.length > 0)
    return `Flow logs lie at ${elsewhere.join(", ")}: compare the prefix with their destination.`;
  return "Compare the prefix with the destination of the flow log; a new flow log writes its first object after some ten minutes.";
}

function checkFolder({ uri }: SourceFacts, files: number): TrustCheck {
  if (files > 0) return ok("reach", `the folder can be read: ${counted(files, "file")}`);
  return {
    code: "empty",
    level: "bad",
    finding: `there is no file in ${uri}`,
    reason: "Nothing was put there, or this user must not see it.",
    next: "Look at who copies logs there, and at the rights of the folder.",
    details: [],
  };
}

function checkClock({ clockOffsetMs }: SourceFacts): TrustCheck[] {
  if (clockOffsetMs === undefined) return [];
  const apart = Math.abs(clockOffsetMs);
  if (apart < MUCH_SKEW_MS) return [ok("clock", "this machine's clock agrees with the cloud's")];
  return [
    {
      code: "clock",
      level: apart >= REFUSED_SKEW_MS ? "bad" : "warn",
      finding: `this machine's clock is ${humanSeconds(apart / 1000)} ${clockOffsetMs > 0 ? "ahead" : "behind"}`,
      reason:
        "Requests are signed with the time; from 15 minutes on they are refused. Ages and lags are off by as much.",
      next: "Set the clock: timedatectl set-ntp true, or chrony.",
      details: [],
    },
  ];
}

function ok(code: string, finding: string): TrustCheck {
  return { code, level: "ok", finding, reason: null, next: null, details: [] };
}
