import { z } from "zod";

export const entityKinds = ["address", "instance", "interface", "subnet", "network", "account"] as const;

/** Who or what it is, as far as logs, names and inventories tell. Its traffic is asked with `/query`. */
export const entitySchema = z
  .object({
    kind: z.enum(entityKinds),
    id: z.string(),
    name: z.string().nullable(),
    role: z.string().nullable(),
    owner: z.string().nullable(),
    named_by: z.string().nullable().describe("The source of the name."),
    /** For the filter of conversations: `ip = 10.0.0.1`, `network = vpc-1`. */
    filter: z.string(),
    identity: z
      .array(
        z.object({
          kind: z.string(),
          id: z.string(),
          name: z.string().nullable(),
          from: z.string().nullable(),
          to: z.string().nullable(),
        }),
      )
      .describe(
        "What it belongs to or holds: provider, account, region, network, subnet, instance, interface, addresses; with the time it was so.",
      ),
    is_public: z.boolean().nullable(),
    first_seen: z.string().nullable(),
    last_seen: z.string().nullable(),
    days: z
      .array(z.object({ day: z.string(), hours: z.array(z.int()), bytes: z.string(), peers: z.string() }))
      .describe("Days on which it was seen, newest first, at most 400."),
  })
  .meta({ id: "Entity" });

/** What a person may mean by a word: for the palette and the fields of the path page. */
export const foundSchema = z
  .object({
    found: z.array(
      z.object({
        kind: z.enum(entityKinds),
        id: z.string(),
        name: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Found" });

export type EntityKind = (typeof entityKinds)[number];
export type EntityJson = z.output<typeof entitySchema>;
export type FoundJson = z.output<typeof foundSchema>;
