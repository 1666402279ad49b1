import { changeView, listViews, removeView, saveView, type SavedView, type ViewUser } from "#app/index.js";
import type { NewSavedView, SavedViewJson } from "../../contract/index.ts";
import { task } from "../task.ts";

interface ByUser {
  readonly user: ViewUser;
}

/** Saved views: workers write them, because a server must not wait for the lock of another process. */
export const viewTasks = {
  listViews: task<ByUser>({
    cost: "light",
    lasting: "never",
    async run({ user }, { dataDir }) {
      return JSON.stringify({ views: (await listViews(dataDir, user)).map(viewJson) });
    },
  }),
  saveView: task<ByUser & { readonly view: NewSavedView }>({
    cost: "light",
    lasting: "never",
    async run({ user, view }, { dataDir }) {
      return JSON.stringify(viewJson(await saveView(dataDir, user, view)));
    },
  }),
  changeView: task<ByUser & { readonly id: string; readonly view: NewSavedView }>({
    cost: "light",
    lasting: "never",
    async run({ user, id, view }, { dataDir }) {
      return JSON.stringify(viewJson(await changeView(dataDir, user, { id, ...view })));
    },
  }),
  removeView: task<ByUser & { readonly id: string }>({
    cost: "light",
    lasting: "never",
    async run({ user, id }, { dataDir }) {
      await removeView(dataDir, user, id);
      return JSON.stringify({ id });
    },
  }),
};

function viewJson({ updatedAtMs, ...view }: SavedView): SavedViewJson {
  return { ...view, updated: new Date(updatedAtMs).toISOString() };
}
