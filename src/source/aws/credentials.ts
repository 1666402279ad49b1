import type { fromNodeProviderChain as FromChain } from "@aws-sdk/credential-providers";
import { WeirError } from "#base/errors.js";
import { partitionOfArn, partitionOfRegion } from "../clouds.ts";
import { readSecret, type RemoteSettings } from "../settings.ts";

/** Gives credentials; the SDK asks again five minutes before they expire. */
export type AwsCredentials = ReturnType<typeof FromChain>;
type Identity = Awaited<ReturnType<AwsCredentials>>;

/**
 * Credentials without an end are taken to end after this long, so that rotated ones are read again within a minute: the SDK
 * renews five minutes before the end.
 */
const REREAD_MS = 6 * 60_000;

/** What requests for credentials are sent with. */
export interface CredentialClient {
  readonly requestHandler: object;
  readonly useFipsEndpoint?: boolean;
  /** Undefined: the region of the client that asks. */
  readonly region: string | undefined;
}

/**
 * Credentials as settings say: an access key, a profile, or what the default chain finds (environment, profile, web identity,
 * container, instance); with them perhaps a role, by the regional endpoint of STS.
 */
export function awsCredentials(
  settings: Pick<RemoteSettings, "secret" | "profile" | "roleArn" | "externalId">,
  env: Readonly<NodeJS.ProcessEnv>,
  client: CredentialClient,
): AwsCredentials {
  const base = settings.secret === undefined ? fromChain(settings.profile, client) : fromSecret(settings.secret, env);
  const { roleArn, externalId } = settings;
  if (roleArn === undefined) return base;
  const region = stsRegion(roleArn, client.region);
  let assumed: AwsCredentials | undefined;
  return async (properties) => {
    const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
    const { requestHandler, useFipsEndpoint } = client;
    assumed ??= fromTemporaryCredentials({
      masterCredentials: base,
      params: {
        RoleArn: roleArn,
        RoleSessionName: "weir",
        ...(externalId !== undefined && { ExternalId: externalId }),
      },
      clientConfig: {
        requestHandler,
        ...(useFipsEndpoint === true && { useFipsEndpoint }),
        ...(region !== undefined && { region }),
      },
    });
    return assumed(properties);
  };
}

/** A role is assumed in a region of its own partition. */
function stsRegion(roleArn: string, region: string | undefined): string | undefined {
  const partition = partitionOfArn(roleArn);
  return region === undefined || partitionOfRegion(region) === partition ? region : partition.defaultRegion;
}

/** `ID:SECRET`, or `ID:SECRET:TOKEN` of temporary ones; a file is read again. */
function fromSecret(reference: string, env: Readonly<NodeJS.ProcessEnv>): AwsCredentials {
  const read = (): Identity => {
    const [, accessKeyId, secretAccessKey, sessionToken] =
      /^([^:\s]+):([^:\s]+)(?::(\S+))?$/.exec(readSecret(reference, env)) ?? [];
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw new WeirError({
        code: "source-secret",
        kind: "usage",
        message: "the secret is no access key",
        place: reference,
        next: "Put ID:SECRET there, or ID:SECRET:TOKEN of temporary credentials.",
      });
    const expiration = new Date(Date.now() + REREAD_MS);
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }), expiration };
  };
  // A secret that is missing is told now.
  read();
  return async () => read();
}

function fromChain(profile: string | undefined, { requestHandler, region }: CredentialClient): AwsCredentials {
  return async (properties) => {
    const { fromNodeProviderChain } = await import("@aws-sdk/credential-providers");
    // A new one each time: it keeps what it found, and credentials in files are rotated.
    const chain = fromNodeProviderChain({
      ...(profile !== undefined && { profile }),
      ignoreCache: true,
      clientConfig: { requestHandler, ...(region !== undefined && { region }) },
    });
    const identity = await chain(properties);
    return identity.expiration === undefined ? { ...identity, expiration: new Date(Date.now() + REREAD_MS) } : identity;
  };
}
