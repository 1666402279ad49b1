import { randomBytes } from "node:crypto";

/** Who signs a request, with the secret that proves it. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present in credentials of limited life. */
  readonly sessionToken?: string;
  readonly account: string;
  /** Such as arn:aws:iam::123456789012:user/weir. */
  readonly arn: string;
  /** Milliseconds since 1970; temporary credentials only. */
  readonly expiresMs?: number;
}

/** What an SDK client takes as `credentials`. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The user that every set of keys knows; the keys are those of AWS's own documentation. */
export const testUser: AwsIdentity = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  account: "123456789012",
  arn: "arn:aws:iam::123456789012:user/weir",
};

/** The same user for child processes: the variables that every AWS tool reads, and none of the machine's own profile. */
export const testEnvironment: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: testUser.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testUser.secretAccessKey,
  AWS_REGION: "eu-central-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};

/** The access keys that are valid: shared by the servers of one pretended cloud, so that STS can issue what S3 accepts. */
export class AwsKeys {
  readonly #identities = new Map<string, AwsIdentity>([[testUser.accessKeyId, testUser]]);

  /** Credentials of a role's session that end at `expiresMs`. */
  issue(role: { readonly arn: string; readonly account: string }, expiresMs: number): AwsIdentity {
    const identity = {
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(96).toString("base64"),
      ...role,
      expiresMs,
    };
    this.#identities.set(identity.accessKeyId, identity);
    return identity;
  }

  /** Rotation: the key is unknown from now on. */
  revoke(accessKeyId: string): void {
    this.#identities.delete(accessKeyId);
  }

  /** Makes a revoked or a foreign key valid. */
  add(identity: AwsIdentity): void {
    this.#identities.set(identity.accessKeyId, identity);
  }

  find(accessKeyId: string): AwsIdentity | undefined {
    return this.#identities.get(accessKeyId);
  }
}
