import type { GradedLog } from "../log-types.ts";

/** What the text for a better flow log is made of. */
export type LogToMend = Pick<
  GradedLog,
  "flowLog" | "logType" | "region" | "network" | "resource" | "logResource" | "told" | "behind"
>;
