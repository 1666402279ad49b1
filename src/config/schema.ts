import { z } from "zod";
import { parseDuration, readTime, TIME_FORMS } from "#base/time.js";
import { tableNames, type TableName } from "#model/tables.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A length of time in milliseconds. */
const duration = (least: number, most: number) =>
  z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= least && ms <= most) return ms;
    const message =
      ms === undefined
        ? `“${text}” is no length of time; write 30s, 5m, 1h or 2d`
        : `${text} is too ${ms < least ? "short" : "long"}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const UNITS: Readonly<Record<string, number>> = { "": 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** A size in bytes: `500MB`, `2GB`. */
const size = z.string().transform((text, context) => {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?b?)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (number !== undefined && factor !== undefined && Number(number) > 0) return Math.round(Number(number) * factor);
  context.addIssue({ code: "custom", message: `“${text}” is no size; write 500MB or 2GB` });
  return z.NEVER;
});

const count = (most: number) =>
  z.string().transform((text, context) => {
    if (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= most) return Number(text);
    context.addIssue({ code: "custom", message: `“${text}” is no whole number from 1 to ${most}` });
    return z.NEVER;
  });

/** `127.0.0.1:8400`, `[::1]:8400`. */
const listen = z.string().transform((text, context) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  context.addIssue({ code: "custom", message: `“${text}” is no address and port; write 127.0.0.1:8400` });
  return z.NEVER;
});

/** `01:00-05:00`, in UTC; minutes of the day. */
const window = z.string().transform((text, context) => {
  const [, ...parts] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const [h0, m0, h1, m1] = parts.map(Number);
  if (h0 !== undefined && m0 !== undefined && h1 !== undefined && m1 !== undefined)
    return { from: h0 * 60 + m0, to: h1 * 60 + m1 };
  context.addIssue({ code: "custom", message: `“${text}” is no time of day; write 01:00-05:00 (UTC)` });
  return z.NEVER;
});

/** A moment, as the command line reads it: milliseconds since 1970, given when `-7d` and `now` were written. */
const moment = z.string().transform((text, context) => {
  if (readTime(text, 0) !== undefined) return (writtenMs: number) => (readTime(text, writtenMs) ?? 0) / 1000;
  context.addIssue({ code: "custom", message: `“${text}” is no time`, params: { next: TIME_FORMS } });
  return z.NEVER;
});

const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");

/** Secrets are named, never written down. */
const secret = z.string().regex(/^(env|file):.+$/s, "secrets do not stand here; write env:NAME or file:/path");

/** Of sources that others push to: they stand in addresses. */
const PUSHED_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

const COMMON_KEYS = new Set(["name", "every"]);
const REMOTE_KEYS = [
  "since",
  "log_format",
  "endpoint",
  "secret",
  "queue",
  "region",
  "profile",
  "role_arn",
  "external_id",
  "requester_pays",
  "fips",
  "proxy",
  "ca",
];
/** What tells the kinds of sources apart, and which other keys each may have. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  folder: [],
  url: REMOTE_KEYS,
  push: ["access_key", "log_format"],
};

const source = z
  .strictObject({
    name: z.string().min(1).max(100),
    folder: z.string().min(1).optional(),
    url: z.string().min(1).optional(),
    push: z.enum(["firehose", "any"]).optional(),
    access_key: secret.optional(),
    every: duration(1000, 7 * DAY_MS).default(MINUTE_MS),
    since: moment.optional(),
    log_format: z.string().min(1).optional(),
    endpoint: z.string().min(1).optional(),
    secret: secret.optional(),
    queue: z.string().min(1).optional(),
    region: z.string().min(1).optional(),
    profile: z.string().min(1).optional(),
    role_arn: z.string().min(1).optional(),
    external_id: z.string().min(1).optional(),
    requester_pays: yesOrNo.optional(),
    fips: yesOrNo.optional(),
    proxy: z.string().min(1).optional(),
    ca: z.string().min(1).optional(),
  })
  .superRefine((value, context) => {
    const given = Object.keys(value).filter((key) => value[key as keyof typeof value] !== undefined);
    const [kind, ...more] = Object.keys(kinds).filter((key) => given.includes(key));
    const tell = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    if (kind === undefined) tell("name", `say where it is: with ${Object.keys(kinds).join(" or ")}`);
    else if (more.length > 0) tell(more[0] ?? kind, `a source has either ${kind} or ${more[0]}`);
    else {
      const stray = given.find((key) => key !== kind && !COMMON_KEYS.has(key) && !kinds[kind]?.includes(key));
      if (stray !== undefined) tell(stray, `this key is not for a source with ${kind}`);
      else if (kind === "push") checkPushed(value, tell);
    }
  });

function checkPushed(
  { name, access_key: key }: { readonly name: string; readonly access_key?: string | undefined },
  tell: (path: string, message: string) => void,
): void {
  if (!PUSHED_NAME.test(name))
    tell("name", `“${name}” is no name for an address; write small letters, digits, - and _, 63 at most`);
  if (key === undefined) tell("push", "who sends needs a key; write access_key: env:NAME or access_key: file:/path");
}

const retention = z.strictObject(
  Object.fromEntries(tableNames.map((table) => [table, duration(HOUR_MS, 36_500 * DAY_MS).optional()])) as Record<
    TableName,
    z.ZodOptional<ReturnType<typeof duration>>
  >,
);

/** What `weir.yaml` may say. Values are texts, as YAML's failsafe schema reads them. */
export const configSchema = z.strictObject({
  listen: listen.optional(),
  auth: z.enum(["none", "password"]).optional(),
  sources: z.array(source).default([]),
  limits: z
    .strictObject({
      query_time: duration(1000, DAY_MS).optional(),
      query_memory: size.optional(),
      query_workers: count(64).optional(),
      collect_workers: count(64).optional(),
      upload_size: size.default(2_000_000_000),
      push_waiting: size.default(1_000_000_000),
    })
    .prefault({}),
  retention: retention.default({}),
  maintenance: z
    .strictObject({ every: duration(MINUTE_MS, 30 * DAY_MS).default(HOUR_MS), between: window.optional() })
    .prefault({}),
});

type Read = z.output<typeof configSchema>;

/** What a person set, checked; lengths and points of time in milliseconds, sizes in bytes. */
export type WeirConfig = Omit<Read, "sources"> & {
  readonly sources: (Omit<Read["sources"][number], "since"> & { readonly since?: number | undefined })[];
};
