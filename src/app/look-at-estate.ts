import { readFileSync, statSync } from "node:fs";
import { messageOf, WeirError } from "#base/errors.js";
import {
  estateRights,
  proposeSources,
  readAwsEstate,
  readAzureEstate,
  readExportedEstate,
  unlogged,
  type Estate,
  type EstateGap,
  type EstateReach,
  type EstateSettings,
  type ProposedSource,
  type RightsPart,
} from "#source/index.js";

/** What is asked of an estate. */
export interface EstateRequest {
  readonly cloud: "aws" | "azure";
  readonly settings: EstateSettings;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Files with the exported JSON of the same calls, in the place of asking. */
  readonly files?: readonly string[];
  /** AWS: all accounts of the organisation; with a role of this name in each of them. */
  readonly org?: boolean;
  readonly roleName?: string;
  readonly regions?: readonly string[];
  /** Azure: all subscriptions below it. */
  readonly managementGroup?: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface EstateLookRequest extends EstateRequest {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/** What a cloud's control plane says is logged, where to, and what is not. */
export interface EstateLook {
  readonly estate: Estate;
  /** When it was told: files are as old as the oldest of them. */
  readonly toldMs: number;
  readonly proposed: readonly ProposedSource[];
  readonly gaps: readonly EstateGap[];
  /** Nothing of it can be seen, because of what is among its problems, or without any. */
  readonly error: WeirError | undefined;
  /** What seeing all of it takes; nothing where it was read from files. */
  readonly rights: readonly RightsPart[];
}

/** Reads a whole estate. @throws WeirError when a setting is wrong, or a file cannot be read */
export async function lookAtEstate(request: EstateLookRequest): Promise<EstateLook> {
  const estate = await estateOf(request);
  const { files, cloud, settings, nowMs } = request;
  const toldMs = Math.min(nowMs, ...(files ?? []).map((name) => Math.floor(statSync(name).mtimeMs)));
  const found = { estate, toldMs, proposed: proposeSources(estate, settings), gaps: unlogged(estate) };
  if (files !== undefined) return { ...found, error: undefined, rights: [] };
  return { ...found, error: blindness(cloud, estate), rights: [estateRights(reachOf(request))] };
}

function reachOf({ cloud, org, roleName, managementGroup, settings: { region } }: EstateLookRequest): EstateReach {
  return {
    cloud,
    ...(org !== undefined && { isOrganization: org }),
    ...(roleName !== undefined && { roleName }),
    ...(region !== undefined && { region }),
    ...(managementGroup !== undefined && { managementGroup }),
  };
}

/** Resource Graph answers who has no role with nothing, and not with a refusal. */
function blindness(cloud: "aws" | "azure", estate: Estate): WeirError | undefined {
  const { accounts, networks, flowLogs, problems } = estate;
  if (networks.length > 0 || flowLogs.length > 0) return undefined;
  if (problems.length === 0 && accounts.length > 0) return undefined;
  const [first] = problems;
  return new WeirError({
    code: first?.code ?? "source-denied",
    kind: "environment",
    message:
      cloud === "aws" ? "nothing of AWS could be asked" : "no subscription of Azure can be seen with these credentials",
    next: "Give whoever Weir runs as the rights above, or --from-json what somebody who has them was answered.",
  });
}

async function estateOf(request: EstateLookRequest): Promise<Estate> {
  const { cloud, settings, env, files, signal, org, roleName, regions, managementGroup, onProgress } = request;
  if (files !== undefined) return readExportedEstate(files.map((name) => ({ name, text: textOf(name) })));
  if (cloud === "azure")
    return readAzureEstate({ settings, env, signal, ...(managementGroup !== undefined && { managementGroup }) });
  return readAwsEstate({
    settings,
    env,
    signal,
    ...(org !== undefined && { org }),
    ...(roleName !== undefined && { roleName }),
    ...(regions !== undefined && { regions }),
    ...(onProgress !== undefined && { onProgress }),
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new WeirError({
      code: "no-such-path",
      kind: "usage",
      message: `the file cannot be read: ${messageOf(error)}`,
      place: file,
      next: "Name files that hold what aws ec2 describe-flow-logs, az graph query and the like printed.",
      cause: error,
    });
  }
}
