import { z } from "zod";

/** A page with its whole state under a name. `search` is the query string of the link. */
export const savedViewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    page: z.string(),
    search: z.string(),
    owner: z.string(),
    shared: z.boolean(),
    updated: z.string(),
  })
  .meta({ id: "SavedView" });
export const newViewSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    page: z.string().regex(/^\/[a-z/-]{0,60}$/),
    search: z.string().max(20_000),
    shared: z.boolean(),
  })
  .meta({ id: "NewSavedView" });
export const savedViewsSchema = z.object({ views: z.array(savedViewSchema) }).meta({ id: "SavedViews" });

export type SavedViewJson = z.output<typeof savedViewSchema>;
export type NewSavedView = z.input<typeof newViewSchema>;
