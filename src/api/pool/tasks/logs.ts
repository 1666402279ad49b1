import { judgeLogs, judgeNsgMigration } from "#app/index.js";
import { logsJson, migrationJson } from "#export/index.js";
import type { LogsRequest } from "../../contract/index.ts";
import { lastingOf } from "../lasting.ts";
import { task, withoutUndefined } from "../task.ts";

/** What flow logs can answer. */
export const logsTasks = {
  logs: task<LogsRequest>({
    cost: "heavy",
    lasting: (request, nowMs) => lastingOf(request, nowMs),
    async run(request, { dataDir, scope, nowMs, signal }) {
      const asked = { ...withoutUndefined(request), nowMs, signal, ...(scope !== undefined && { scope }) };
      const answer = await judgeLogs(dataDir, asked);
      const hasNsg = answer.logs.some(({ logType }) => logType === "azure_nsg");
      const migration = hasNsg ? migrationJson(await judgeNsgMigration(dataDir, asked)) : null;
      return JSON.stringify({ ...logsJson(answer), migration });
    },
  }),
};
