import type { LogToMend } from "./log-to-mend.ts";
import type { BetterTexts } from "#model/better-log.js";
import { identifier, plainText, shellText } from "./quote.ts";

const why = [
  "Every packet that Google's first sampling lets through (1.0), windows of a minute, and all metadata: VMs, GKE, services.",
  "More records cost more: 0.5 halves them, and estimates of bytes stay right on average.",
] as const;

/** Flow logs of a Google subnet that answer more. */
export function betterGcp(log: LogToMend): BetterTexts {
  const comments = [
    `In the place of ${plainText(log.flowLog === "" ? "flow logs without an id" : log.flowLog)}.`,
    ...why,
  ];
  return {
    terraform: [
      ...comments.map((line) => `# ${line}`),
      `# In the resource of the subnet, google_compute_subnetwork (${identifier(log.flowLog)}):`,
      "log_config {",
      '  aggregation_interval = "INTERVAL_1_MIN"',
      "  flow_sampling        = 1.0",
      '  metadata             = "INCLUDE_ALL_METADATA"',
      "}",
    ].join("\n"),
    cli: [
      ...comments.map((line) => `# ${line}`),
      [
        "gcloud compute networks subnets update YOUR-SUBNET",
        ...(log.region === null ? [] : [`  --region ${shellText(log.region)}`]),
        "  --enable-flow-logs",
        "  --logging-aggregation-interval interval-1-min",
        "  --logging-flow-sampling 1.0",
        "  --logging-metadata include-all",
      ].join(" \\\n"),
    ].join("\n"),
    bicep: null,
  };
}
