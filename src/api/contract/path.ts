import { z } from "zod";
import { askedTime } from "./question.ts";

/** Why can A not reach B? */
export const whyRequestSchema = z
  .strictObject({
    ...askedTime,
    client: z.string().min(1).max(500).describe("An address, a block, a name or an id."),
    server: z.string().min(1).max(500).describe("The same, with :port or :port/protocol if wanted."),
  })
  .meta({ id: "WhyRequest" });

const end = z.object({
  asked: z.string(),
  name: z.string().nullable(),
  addresses: z.array(z.string()).describe("What it stands for: addresses, or first-last; at most 20."),
  more_addresses: z.number(),
});
const range = z.object({ from: z.string(), to: z.string() });
const side = z
  .object({ request: z.string(), answer: z.string() })
  .describe(
    "allowed, denied, dropped, observed, mixed, reset; none: nothing came so far; unseen: logged and not seen; unlogged.",
  );
const sides = z.object({ client: side, way: side, server: side });
const verdict = z.enum([
  "allowed",
  "denied",
  "dropped",
  "lost",
  "unanswered",
  "closed_port",
  "mixed",
  "stray",
  "reverse",
  "unseen",
  "unknown",
]);
const logs = z.object({
  conversations: z.number(),
  observers: z.array(z.string()),
  flow_logs: z.array(
    z.object({
      flow_log: z.string(),
      log_type: z.string(),
      allowed: z.string(),
      denied: z.string(),
      basis: z.enum(["cloud", "told", "records", "name"]).describe("told: by how it is set up; records: inferred."),
    }),
  ),
  gaps: z.array(
    z.object({
      flow_log: z.string().nullable(),
      observer: z.string().nullable(),
      from: z.string(),
      to: z.string(),
      cause: z.string(),
    }),
  ),
  addresses: z.object({ asked: z.number().nullable(), observed: z.number() }),
});

/** What became of it, in one sentence and in its parts: what `weir why --json` prints. */
export const whySchema = z
  .object({
    verdict,
    sentence: z.string(),
    client: end,
    server: end,
    port: z.number().nullable(),
    protocol: z.number().nullable(),
    range,
    sides: sides.describe("Of what the verdict speaks of; of mixed ones all together."),
    cases: z
      .array(
        z.object({
          verdict,
          says: z.string().describe("What became of them, as the sentence says it."),
          conversations: z.number(),
          attempts: z.number(),
          first: z.string(),
          last: z.string(),
          earlier: z.boolean().describe("All of it was before what the verdict speaks of began."),
          sides,
          outcomes: z.array(z.number()).describe("Which of the outcomes."),
        }),
      )
      .describe("What the sentence speaks of: conversations that came to the same for the same reason."),
    losses: z
      .array(
        z.object({
          direction: z.enum(["request", "answer"]),
          gateway: z.string().nullable(),
          attachment: z.string().nullable(),
          reason: z.enum(["no_route", "blackhole", "mtu_exceeded", "ttl_expired"]),
          port: z.number().nullable(),
          protocol: z.number(),
          packets: z.number(),
          first: z.string(),
          last: z.string(),
        }),
      )
      .describe("Packets between the two that transit gateways lost."),
    outcomes: z.array(
      z.object({
        situation: z.string(),
        port: z.number().nullable(),
        protocol: z.number(),
        ports: z.array(z.number()),
        port_count: z.number(),
        decided_at: z.string(),
        state: z.string(),
        client_verdict: z.string().nullable(),
        server_verdict: z.string().nullable(),
        way_verdict: z.string().nullable(),
        rule: z.string().nullable(),
        reason: z.string().nullable(),
        provider: z.string().nullable().describe("The cloud whose log decided."),
        conversations: z.number(),
        attempts: z.number(),
        bytes: z.number(),
        attempted_bytes: z.number(),
        first: z.string(),
        last_start: z.string(),
        last: z.string(),
        longest_s: z.number(),
        longest_bytes: z.number(),
        clients: z.array(z.string()),
        client_count: z.number(),
        servers: z.array(z.string()),
        server_count: z.number(),
      }),
    ),
    main: z.number().nullable().describe("Which of the outcomes the verdict speaks of; null: nothing was seen."),
    records: z.array(
      z.object({
        time: z.string(),
        src: z.string(),
        dst: z.string(),
        action: z.string(),
        observer: z.string().nullable(),
        rule: z.string().nullable(),
        object: z.string(),
        position: z.number(),
        sub_position: z.number().nullable(),
        object_id: z.number(),
      }),
    ),
    coverage: z.object({
      client: logs,
      server: logs,
      hops: z.array(z.string()),
      logged: range.nullable(),
      pending_hours: z.number(),
      missing: z.array(z.string()),
    }),
  })
  .meta({ id: "Why" });

export type WhyRequest = z.input<typeof whyRequestSchema>;
export type WhyJson = z.output<typeof whySchema>;
