import { askMap } from "#app/index.js";
import { mapJson } from "#export/index.js";
import type { MapRequest } from "../../contract/index.ts";
import { lastingOf } from "../lasting.ts";
import { task, withoutUndefined } from "../task.ts";

/** The map: all traffic of a time. */
export const mapTasks = {
  map: task<MapRequest>({
    cost: "light",
    lasting: ({ from, to, filter }, nowMs) => lastingOf({ from, to, filter }, nowMs),
    async run(request, { dataDir, scope, nowMs, signal }) {
      return mapJson(await askMap(dataDir, { ...withoutUndefined({ ...request, scope }), nowMs, signal }));
    },
  }),
};
