import { listValues } from "#app/index.js";
import type { DatasetName } from "#model/datasets.js";
import { task, withoutUndefined } from "../task.ts";

/** The words of the data, for whoever writes a filter. */
export const wordTasks = {
  values: task<{ readonly dataset: DatasetName; readonly field: string; readonly typed: string }>({
    cost: "light",
    lasting: "lake",
    async run(request, { dataDir, nowMs, scope, signal }) {
      const values = await listValues(dataDir, { ...request, ...withoutUndefined({ scope }), nowMs, signal });
      return JSON.stringify({ values });
    },
  }),
};
