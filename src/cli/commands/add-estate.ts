import { resolve } from "node:path";
import { keepEstate, lookAtEstate, remotePlace, type EstateLook, type EstateRequest } from "#app/index.js";
import { counted } from "#base/human.js";
import { configPath, parseConfig, sourcesYaml, type SourceDraft, type WeirConfig } from "#config/index.js";
import { gapLines, proposalLines, type Proposal } from "../add/estate-lines.ts";
import { rightsLines } from "../add/look-lines.ts";
import { problemLines } from "../add/problem-lines.ts";
import { freeName, momentOf, type PlaceOptions } from "../add/source-draft.ts";
import { configText, writeSources } from "../add/write-sources.ts";
import { mayAdd } from "../add/may-add.ts";
import { withInterrupt, type Console } from "../console.ts";
import { chooseDataFolder } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { exitCodeOf, printError } from "../print-error.ts";

interface EstateOptions extends DataOption, PlaceOptions {
  readonly config?: string;
  readonly org?: boolean;
  readonly role?: string;
  readonly regions?: readonly string[];
  readonly managementGroup?: string;
  readonly fromJson?: readonly string[];
  readonly print?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `weir add aws`, `weir add azure`: every place that flow logs of an estate go to, and what is not logged at all. */
export async function runAddEstate(console: Console, cloud: "aws" | "azure", options: EstateOptions): Promise<number> {
  const { path: dataDir } = chooseDataFolder(options.data, console);
  const path = configPath(options.config, { ...console, dataDir });
  const { sources } = parseConfig(path, configText(path));
  const request = { ...requestOf(console, cloud, options), nowMs: Date.now() };
  const look = await readEstate(console, request);
  const keep = async (): Promise<number> => keepEstate(dataDir, look, request);
  const isSure = options.yes === true || options.force === true;
  const proposals = proposalsOf(look, sources, options);
  const drafts = proposals.flatMap(({ draft }) => draft ?? []);
  const status = look.error === undefined ? 0 : exitCodeOf(look.error);
  if (options.json === true) {
    const mayWrite = isSure && options.print !== true && look.error === undefined;
    const isWritten = mayWrite && drafts.length > 0;
    if (isWritten) writeSources(path, drafts);
    if (mayWrite) await keep();
    const { gaps, estate, rights } = look;
    const json = { sources: drafts, gaps, problems: estate.problems, rights, config: path, written: isWritten };
    await console.out.line(JSON.stringify(json));
    return status;
  }
  const to = options.print === true ? console.err : console.out;
  if (look.error !== undefined) {
    await to.line([...problemLines(look.estate.problems, to), ...rightsLines(look.rights, to)].join("\n"));
    await printError(look.error, console);
    return status;
  }
  await to.line([...proposalLines(look, proposals, to), ...gapLines(look, to)].join("\n"));
  if (look.estate.problems.length > 0) await to.line(["", ...rightsLines(look.rights, to)].join("\n"));
  if (options.print === true) await console.out.write(drafts.length === 0 ? "" : sourcesYaml(drafts));
  else if (drafts.length === 0) await to.line("\nThere is nothing to add.");
  else if (!(await write(console, path, { drafts, isSure }))) return status;
  if (options.print === true) return status;
  const kept = await keep();
  const again = request.files === undefined ? " Collecting asks for it again once a day." : "";
  const told = `What was told of ${counted(kept, "flow log")} is kept: weir doctor --logs goes by it.${again}`;
  if (kept > 0) await to.line(to.style(told, "dim"));
  return status;
}

function requestOf(
  { env, cwd }: Console,
  cloud: "aws" | "azure",
  options: EstateOptions,
): Omit<EstateRequest, "nowMs"> {
  const { org, role, regions, managementGroup, fromJson, region, profile, externalId, endpoint, proxy, ca, fips } =
    options;
  const settings = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(externalId !== undefined && { externalId }),
    ...(endpoint !== undefined && { endpoint }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { ca: resolve(cwd, ca) }),
    ...(fips !== undefined && { fips }),
  };
  return {
    cloud,
    settings,
    env,
    ...(fromJson !== undefined && { files: fromJson.map((file) => resolve(cwd, file)) }),
    ...(org !== undefined && { org }),
    ...(role !== undefined && { roleName: role }),
    ...(regions !== undefined && { regions }),
    ...(managementGroup !== undefined && { managementGroup }),
  };
}

async function readEstate({ err }: Console, request: EstateRequest): Promise<EstateLook> {
  const show = (text: string): void => void (err.isTerminal && err.write(`\r\u001b[K${err.style(text, "dim")}`));
  show(`asking ${request.cloud === "aws" ? "AWS" : "Azure"} …`);
  try {
    return await withInterrupt((signal) =>
      lookAtEstate({
        ...request,
        signal,
        onProgress: (done, all) => show(`asking AWS: ${done} of ${all} accounts and regions`),
      }),
    );
  } finally {
    if (err.isTerminal) await err.write("\r\u001b[K");
  }
}

/** What is configured already is not proposed again. */
function proposalsOf(
  { proposed }: EstateLook,
  sources: WeirConfig["sources"],
  { since, every, secret }: EstateOptions,
): Proposal[] {
  const taken = new Set(sources.map(({ name }) => name));
  const places = new Map(sources.flatMap(({ name, url }) => (url === undefined ? [] : [[remotePlace(url).uri, name]])));
  const sinceText = since === undefined ? undefined : momentOf(since, Date.now());
  return proposed.map(({ name, settings, flowLogs }): Proposal => {
    const known = places.get(remotePlace(settings.url).uri);
    if (known !== undefined) return { url: settings.url, flowLogs, known, draft: undefined };
    const free = freeName([name], taken);
    taken.add(free);
    const values: [string, string | undefined][] = [
      ["url", settings.url],
      ["since", sinceText],
      ["every", every],
      ["region", settings.region],
      ["profile", settings.profile],
      ["role_arn", settings.roleArn],
      ["external_id", settings.roleArn === undefined ? undefined : settings.externalId],
      ["endpoint", settings.endpoint],
      ["secret", secret],
      ["fips", settings.fips === true ? "true" : undefined],
      ["proxy", settings.proxy],
      ["ca", settings.ca],
    ];
    const given = values.filter(([, value]) => value !== undefined);
    return { url: settings.url, flowLogs, known, draft: { name: free, ...Object.fromEntries(given) } };
  });
}

async function write(
  console: Console,
  path: string,
  { drafts, isSure }: { readonly drafts: readonly SourceDraft[]; readonly isSure: boolean },
): Promise<boolean> {
  const { out } = console;
  await out.line();
  const question = `Add ${counted(drafts.length, "source")} to ${path}?`;
  if (!(await mayAdd(console, path, { question, isSure }))) return false;
  writeSources(path, drafts);
  await out.line(`${out.style("Added", "green")} ${counted(drafts.length, "source")} to ${path}.`);
  await out.line(
    out.style("weir doctor NAME says of each whether it can be read; weir collect reads all of them.", "dim"),
  );
  return true;
}
