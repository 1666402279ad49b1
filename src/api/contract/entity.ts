import { z } from "zod";

export const entityKinds = ["address", "block", "instance", "interface", "subnet", "network", "account"] as const;

const foundEntity = z.object({
  kind: z.enum(entityKinds),
  id: z.string(),
  name: z.string().nullable(),
  detail: z.string().nullable(),
});

/** Who or what it is, as far as logs, names and inventories tell. Its traffic is asked with `/query`. */
export const entitySchema = z
  .object({
    kind: z.enum(entityKinds),
    id: z.string().describe("In its usual form."),
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
        "What it belongs to or holds: provider, account, region, network, subnet, az, instance, interface, address; with the time it was so. Of each kind the first hundred.",
      ),
    identity_counts: z.record(z.string(), z.number()).describe("How many there are of each kind."),
    realms: z
      .array(z.string())
      .describe("Routing domains in which it was seen; several: different things with one address."),
    is_public: z.boolean().nullable(),
    first_seen: z.string().nullable(),
    last_seen: z.string().nullable(),
    searched: z
      .object({ from: z.string(), to: z.string() })
      .nullable()
      .describe("The time that the lake holds, all of which was searched; null when it holds nothing."),
    days: z
      .array(z.object({ day: z.string(), hours: z.array(z.int()), bytes: z.string(), peers: z.string().nullable() }))
      .describe(
        "Days on which it was seen, newest first, at most 400. `peers`: of a single address, the most in a part of the day.",
      ),
    nearest: z.array(foundEntity).describe("What was seen and looks like it; only when it was never seen itself."),
  })
  .meta({ id: "Entity" });

/** What a person may mean by a word: for the palette and the fields of the path page. */
export const foundSchema = z.object({ found: z.array(foundEntity) }).meta({ id: "Found" });

export const findRequestSchema = z.object({
  text: z.string().max(300).describe("The beginning or a part of a name, an id or an address."),
});

export const entityRequestSchema = z.object({
  kind: z.enum(entityKinds),
  id: z.string().min(1).max(1000).describe("As logs write it, URL-encoded."),
});

export type EntityKind = (typeof entityKinds)[number];
export type EntityJson = z.output<typeof entitySchema>;
export type FoundJson = z.output<typeof foundSchema>;
export type FoundEntity = z.output<typeof foundEntity>;
