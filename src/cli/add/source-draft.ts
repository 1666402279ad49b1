import { existsSync } from "node:fs";
import { basename, dirname, resolve, sep } from "node:path";
import { remotePlace } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { parseTime } from "#base/time.js";
import type { SourceDraft, WeirConfig } from "#config/index.js";

/** What `weir add` takes besides the place. */
export interface PlaceOptions {
  readonly name?: string;
  readonly since?: string;
  readonly every?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly endpoint?: string;
  readonly secret?: string;
  readonly queue?: string;
  readonly logFormat?: string;
  readonly requesterPays?: boolean;
  readonly fips?: boolean;
  readonly proxy?: string;
  readonly ca?: string;
  /** Only shown. */
  readonly print?: boolean;
  /** A place that overlaps another one is meant so. */
  readonly force?: boolean;
}

type Configured = WeirConfig["sources"];

/**
 * The source as it will stand in the configuration.
 * @throws WeirError `source-url`, `no-such-path`, or `source-taken` when its name or place is one of those that are there
 */
export function draftSource(
  place: string,
  options: PlaceOptions,
  { sources, cwd, nowMs }: { readonly sources: Configured; readonly cwd: string; readonly nowMs: number },
): SourceDraft {
  const url = placeUrl(place);
  const where = url === undefined ? { folder: folderOf(place, cwd) } : { url };
  if (options.print !== true) refuseTwice(where, options, sources);
  const { name: wanted, since, roleArn, externalId, logFormat, requesterPays, fips } = options;
  const { every, region, profile, endpoint, secret, queue, proxy, ca } = options;
  const values = {
    since: since === undefined ? undefined : momentOf(since, nowMs),
    every,
    region,
    profile,
    role_arn: roleArn,
    external_id: externalId,
    endpoint,
    secret,
    queue,
    log_format: logFormat,
    requester_pays: requesterPays === true ? "true" : undefined,
    fips: fips === true ? "true" : undefined,
    proxy,
    ca: ca === undefined ? undefined : resolve(cwd, ca),
  };
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const taken = new Set(sources.map(({ name }) => name));
  if (wanted !== undefined && taken.has(wanted))
    throw new WeirError({
      code: "source-taken",
      kind: "usage",
      message: `there is a source “${wanted}” already`,
      next: `Give this one another --name, or take that one out first: weir remove ${wanted}`,
    });
  return {
    name: wanted ?? freeName(ownNames(where.url ?? where.folder ?? place), taken),
    ...where,
    ...given,
  };
}

/** A place as the clouds' consoles show it, as a URL of ours; undefined where it is a path. */
export function placeUrl(place: string): string | undefined {
  const [, bucket, key = ""] = /^arn:aws[a-z-]*:s3:::([^/]+)\/?(.*)$/.exec(place) ?? [];
  if (bucket !== undefined) return `s3://${bucket}/${key.replace(/\*$/, "")}`;
  const [, region, group] = /^arn:aws[a-z-]*:logs:([a-z0-9-]+):\d*:log-group:([^:]+)(?::\*)?$/.exec(place) ?? [];
  if (region !== undefined) return `cloudwatch://${region}/${group}`;
  const [, host, path] = /^https:\/\/([a-z0-9]+)\.blob\.core\.windows\.net\/(.+)$/.exec(place) ?? [];
  if (host !== undefined) return `azblob://${host}/${path}`;
  if (!/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(place)) return undefined;
  // Told now, before anything is asked.
  remotePlace(place);
  return place;
}

function folderOf(place: string, cwd: string): string {
  const folder = resolve(cwd, place);
  if (existsSync(folder)) return folder;
  throw new WeirError({
    code: "no-such-path",
    kind: "usage",
    message: `there is no folder ${folder}`,
    place,
    next: "Name a folder of this machine, or a place such as s3://BUCKET, azblob://ACCOUNT/CONTAINER, cloudwatch://REGION/LOG-GROUP, gs://BUCKET.",
  });
}

/** A second source for the same place is of no use; one within another is seldom meant, though each object is read once. */
function refuseTwice(where: { url: string } | { folder: string }, { force }: PlaceOptions, sources: Configured): void {
  const wanted = "url" in where ? remotePlace(where.url).uri : `${where.folder}${sep}`;
  for (const { name, url, folder } of sources) {
    const theirs = url !== undefined ? remotePlace(url).uri : folder === undefined ? undefined : `${folder}${sep}`;
    if (theirs === undefined) continue;
    const isSame = theirs === wanted;
    if (!isSame && (force === true || (!isWithin(wanted, theirs) && !isWithin(theirs, wanted)))) continue;
    throw new WeirError({
      code: "source-taken",
      kind: "usage",
      message: isSame
        ? `the source “${name}” reads this place already`
        : `this place and that of the source “${name}” lie within each other, and what is in both is read already`,
      place: url ?? folder ?? name,
      next: `weir collect --source ${name} reads it; weir remove ${name} takes it out, and what it has read stays.${isSame ? "" : " --force adds this one beside it: each object is read once."}`,
    });
  }
}

function isWithin(inner: string, outer: string): boolean {
  // A bucket's prefix need not end with a slash: its keys begin so.
  return inner.startsWith(outer) && (inner.startsWith("s3:") || inner.startsWith("gs:") || /[/\\]$/.test(outer));
}

/** A date where it is one: that is what a person would write. */
export function momentOf(since: string, nowMs: number): string {
  const text = new Date(parseTime(since, nowMs, "--since") / 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return text.endsWith("T00:00:00Z") ? text.slice(0, 10) : text;
}

/** Containers of Azure's flow logs, as people call what is in them. */
const containerKinds: Readonly<Record<string, string>> = {
  "insights-logs-flowlogflowevent": "vnet",
  "insights-logs-networksecuritygroupflowevent": "nsg",
};

/** What a place may be called, the shortest name first: the bucket; the account and its kind of flow logs; the log group; the folder. */
function ownNames(place: string): string[] {
  const [, kind, host = "", path = ""] = /^([a-z0-9]+):\/\/([^/]+)\/?(.*)$/.exec(place) ?? [];
  const parts = path.split("/").filter((part) => part !== "");
  if (kind === undefined) return [basename(place), `${basename(dirname(place))} ${basename(place)}`];
  if (kind === "cloudwatch") return [parts.at(-1) ?? host, path, `${path} ${host}`];
  const own = host.split(".")[0] ?? host;
  if (kind !== "azblob") return [own, `${own} ${path}`];
  const [container = "", ...rest] = parts;
  const name = `${own} ${containerKinds[container] ?? container}`;
  return [name, `${name} ${rest.join(" ")}`];
}

/** The first of these names that is free, as a source may have it; with a number where none is. */
export function freeName(own: readonly string[], taken: ReadonlySet<string>): string {
  const names = own.map((each) =>
    each
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 80),
  );
  const free = names.find((name) => name !== "" && !taken.has(name));
  if (free !== undefined) return free;
  const base = names[0] || "source";
  for (let number = 2; ; number++) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
}
