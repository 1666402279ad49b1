import type { LogsJson } from "#api/contract/index.js";
import { shortLog } from "./calendar-layout.ts";
import { shownText } from "./shown-text.ts";

export type GradedLogJson = LogsJson["flow_logs"][number];
export type GradeJson = GradedLogJson["grades"][number];
export type QuestionJson = LogsJson["questions"][number];
export type MigrationJson = NonNullable<LogsJson["migration"]>;

/** What tells one row from the others: records without a flow log's id are one row for each kind of log. */
export const keyOfLog = ({ flow_log: id, log_type: type }: GradedLogJson): string => (id === "" ? type : id);

/** What is written beside a flow log's name. */
export const logKinds: Readonly<Record<string, string>> = {
  aws_vpc: "AWS VPC",
  aws_tgw: "AWS transit gateway",
  azure_nsg: "Azure NSG",
  azure_vnet: "Azure VNet",
  gcp_vpc: "Google VPC",
};

/** A flow log as people call it. Names come out of logs: what would mislead the eye becomes visible. */
export const titleOfLog = ({ flow_log: id, name }: Pick<GradedLogJson, "flow_log" | "name">): string =>
  shownText(name ?? shortLog(id));
