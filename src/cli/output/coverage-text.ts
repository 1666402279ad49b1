import type { AnswerCoverage, CoverageGap } from "#model/answer.js";
import { counted, fullCount, humanSeconds, humanShare, humanTime } from "#base/human.js";
import { safeText } from "./safe-text.ts";

/** What is known about what was not seen, in one line. */
export function coverageText(coverage: AnswerCoverage): string {
  const { share, interfaces, gaps, moreGaps, lagS } = coverage;
  if (share === null) return `Coverage unknown: no interface is known in this time${lostText(coverage)}.`;
  const parts = [
    `${fullCount(interfaces.seen)} of ${counted(interfaces.expected, "interface")} wrote`,
    kindsText(coverage),
    gaps.length === 0
      ? "no gaps"
      : `${counted(gaps.length + moreGaps, "gap")}, the longest ${gapText(gaps[0] as CoverageGap)}`,
    ...(lagS !== null && lagS > 60 ? [`nothing of the last ${humanSeconds(lagS)}`] : []),
  ];
  return `Coverage ${humanShare(share)}: ${parts.join("; ")}${lostText(coverage)}.`;
}

function kindsText({ kinds: { allowed, denied, basis } }: AnswerCoverage): string {
  if (allowed === "full" && denied === "full") return "allowed and denied are logged";
  const words = { full: "", partial: "by some flow logs only", none: "by no flow log" } as const;
  const missing = [
    ...(allowed === "full" ? [] : [`allowed is written ${words[allowed]}`]),
    ...(denied === "full" ? [] : [`denied is written ${words[denied]}`]),
  ];
  return `${missing.join(", ")} (${basis === "told" ? "by their settings" : "inferred from records"})`;
}

function gapText({ from, to, flowLog, observer, cause }: CoverageGap): string {
  const who = [flowLog, observer].filter((id) => id !== null && id !== undefined).map((id) => safeText(id));
  const whose = who.length === 0 ? "" : ` of ${who.join(", ")}`;
  return `${humanTime(from)} to ${humanTime(to)}${whose}${cause === "skipdata" ? " (records lost)" : " (silent)"}`;
}

function lostText({ windows: { skipdata } }: AnswerCoverage): string {
  return skipdata === 0 ? "" : `; in ${counted(skipdata, "window")} the cloud lost records`;
}
