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
    name: z.string().trim().min(1).max(200),
    page: z
      .string()
      .max(64)
      .regex(/^\/(?:[a-z-]+(?:\/[a-z-]+)*)?$/, "a page of the console, such as /explore"),
    search: z
      .string()
      .max(20_000)
      .regex(/^(?:\?[^#]*)?$/, "empty, or what follows the page in its link, from the ? on"),
    shared: z.boolean().describe("For everybody to see; needs the role analyst."),
  })
  .meta({ id: "NewSavedView" });
export const savedViewsSchema = z.object({ views: z.array(savedViewSchema) }).meta({ id: "SavedViews" });

export type SavedViewJson = z.output<typeof savedViewSchema>;
export type SavedViewsJson = z.output<typeof savedViewsSchema>;
export type NewSavedView = z.input<typeof newViewSchema>;
