import { readFileSync } from "node:fs";
import { messageOf, WeirError } from "#base/errors.js";
import {
  proposeSources,
  readAwsEstate,
  readAzureEstate,
  readExportedEstate,
  unlogged,
  type Estate,
  type EstateGap,
  type EstateSettings,
  type ProposedSource,
} from "#source/index.js";

export interface EstateLookRequest {
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
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/** What a cloud's control plane says is logged, where to, and what is not. */
export interface EstateLook {
  readonly estate: Estate;
  readonly proposed: readonly ProposedSource[];
  readonly gaps: readonly EstateGap[];
}

/** Reads a whole estate. @throws WeirError when a setting is wrong, or a file cannot be read */
export async function lookAtEstate(request: EstateLookRequest): Promise<EstateLook> {
  const estate = await estateOf(request);
  return { estate, proposed: proposeSources(estate, request.settings), gaps: unlogged(estate) };
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
