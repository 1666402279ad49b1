import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openCatalog } from "#catalog/index.js";
import { changeView, listViews, removeView, saveView, type ViewUser } from "./views.ts";

const dataDir = mkdtempSync(join(tmpdir(), "weir-views-"));
openCatalog(join(dataDir, "catalog.db"), { mode: "write" }).close();
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const [viewer, analyst, admin] = (["viewer", "analyst", "admin"] as const).map((role): ViewUser => ({
  name: `the ${role}`,
  role,
})) as [ViewUser, ViewUser, ViewUser];
const content = { name: "Denied", page: "/explore", search: "?q=verdict%20%3D%20denied", shared: false };
const code = (code: string): object => expect.objectContaining({ code }) as object;

describe("saved views", () => {
  it("are seen by their owner, and by all when they are shared", () => {
    const own = saveView(dataDir, viewer, content);
    const shared = saveView(dataDir, analyst, { ...content, name: "everybody's", shared: true });
    expect(own).toMatchObject({ ...content, owner: "the viewer" });
    expect(listViews(dataDir, viewer)).toEqual([own, shared]);
    expect(listViews(dataDir, admin)).toEqual([shared]);
  });

  it("are shared by analysts only", () => {
    expect(() => saveView(dataDir, viewer, { ...content, name: "b", shared: true })).toThrow(code("not-allowed"));
    const [own] = listViews(dataDir, viewer);
    expect(() => changeView(dataDir, viewer, { ...content, id: own?.id ?? "", shared: true })).toThrow(
      code("not-allowed"),
    );
  });

  it("are changed and deleted by their owner and by admins", () => {
    const shared = saveView(dataDir, analyst, { ...content, name: "shared", shared: true });
    const own = saveView(dataDir, analyst, { ...content, name: "own" });
    expect(() => changeView(dataDir, viewer, { ...content, id: shared.id })).toThrow(code("not-allowed"));
    expect(() => removeView(dataDir, viewer, shared.id)).toThrow(code("not-allowed"));
    // Whether somebody has a view that is not shared is nobody's business.
    expect(() => removeView(dataDir, viewer, own.id)).toThrow(code("unknown-view"));
    expect(() => removeView(dataDir, viewer, "none")).toThrow(code("unknown-view"));
    const changed = changeView(dataDir, admin, { ...content, id: shared.id, name: "renamed", search: "" });
    expect(changed).toMatchObject({ owner: "the analyst", name: "renamed", search: "", shared: false });
    removeView(dataDir, analyst, own.id);
    removeView(dataDir, admin, shared.id);
    expect(() => removeView(dataDir, admin, shared.id)).toThrow(code("unknown-view"));
  });

  it("have a name that stands for one view of an owner", () => {
    expect(() => saveView(dataDir, viewer, { ...content, name: "DENIED" })).toThrow(code("view-exists"));
    expect(saveView(dataDir, admin, content)).toMatchObject({ owner: "the admin" });
    const [own] = listViews(dataDir, viewer);
    expect(changeView(dataDir, viewer, { ...content, id: own?.id ?? "", search: "?q=a" })).toMatchObject({
      search: "?q=a",
    });
  });
});
