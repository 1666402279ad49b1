import { AwsFault, dialects } from "./aws-faults.ts";
import type { AwsIdentity } from "./aws-keys.ts";
import { formOf, queryProtocol, type QueryOutput } from "./aws-query.ts";
import { AwsService, type AwsCall, type AwsServiceOptions } from "./aws-service.ts";

/** A role, and who may take it. */
export interface FakeRole {
  /** Such as arn:aws:iam::210987654321:role/weir-reader. */
  readonly arn: string;
  /** Who does not say this is refused. */
  readonly externalId?: string;
  /** Which requesters it trusts, by their ARN; all when it is not said. */
  readonly trusts?: (arn: string) => boolean;
  /** The tokens of a web identity that it accepts. */
  readonly webIdentityTokens?: readonly string[];
}

export interface FakeStsOptions extends AwsServiceOptions {
  /** Regions whose endpoint was never enabled. */
  readonly disabledRegions?: readonly string[];
}

/**
 * STS over HTTP: it issues credentials that all servers with the same keys accept.
 * Source: AWS Security Token Service API Reference.
 */
export class FakeSts extends AwsService {
  protected readonly protocol = queryProtocol("https://sts.amazonaws.com/doc/2011-06-15/");
  protected readonly dialect = dialects.sts;
  protected readonly prefix = "sts";
  protected override readonly unsigned = ["AssumeRoleWithWebIdentity"];
  /** The regions that calls were signed for, in order: where they would have gone. */
  readonly regions: string[] = [];
  readonly #disabled: readonly string[];
  readonly #roles = new Map<string, FakeRole>();

  private constructor(options: FakeStsOptions) {
    super(options);
    this.#disabled = options.disabledRegions ?? [];
  }

  static async start(options: FakeStsOptions = {}): Promise<FakeSts> {
    return new FakeSts(options).listen();
  }

  createRole(role: FakeRole): void {
    this.#roles.set(role.arn, role);
  }

  protected perform(call: AwsCall): QueryOutput {
    if (call.region !== "") this.regions.push(call.region);
    if (this.#disabled.includes(call.region))
      throw new AwsFault(
        403,
        "RegionDisabledException",
        "STS is not activated in this region for account:123456789012. Your account administrator can activate STS in this region using the IAM Console.",
      );
    switch (call.operation) {
      case "GetCallerIdentity":
        return { Arn: call.identity.arn, UserId: call.identity.accessKeyId, Account: call.identity.account };
      case "AssumeRole":
        return this.#assume(call, (role, form) => {
          const told = form.get("ExternalId") ?? undefined;
          return (
            (role.trusts?.(call.identity.arn) ?? true) && (role.externalId === undefined || role.externalId === told)
          );
        });
      case "AssumeRoleWithWebIdentity":
        return this.#assumeByToken(call);
      default:
        throw new AwsFault(400, "InvalidAction", `Could not find operation ${call.operation} for version 2011-06-15`);
    }
  }

  #assumeByToken(call: AwsCall): QueryOutput {
    const accepted = this.#assume(call, (role, form) => {
      if (role.webIdentityTokens?.includes(form.get("WebIdentityToken") ?? "") === true) return true;
      if (role.webIdentityTokens === undefined) return false;
      throw new AwsFault(
        400,
        "InvalidIdentityToken",
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
      );
    });
    return {
      ...accepted,
      Provider: "sts.example.com",
      Audience: "sts.amazonaws.com",
      SubjectFromWebIdentityToken: "weir",
    };
  }

  /** A role that does not exist is refused in the same words as one that does not trust the requester. */
  #assume(call: AwsCall, trusted: (role: FakeRole, form: URLSearchParams) => boolean): QueryOutput {
    const form = formOf(call.asked);
    const arn = form.get("RoleArn") ?? "";
    this.mustBeAllowed(call, arn);
    const role = this.#roles.get(arn);
    if (role === undefined || !trusted(role, form)) {
      const web = call.operation === "AssumeRoleWithWebIdentity";
      const message = web
        ? "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        : `User: ${call.identity.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
      throw new AwsFault(403, "AccessDenied", message);
    }
    const identity = this.#issue(arn, form.get("RoleSessionName") ?? "", Number(form.get("DurationSeconds") ?? 3600));
    return {
      AssumedRoleUser: { AssumedRoleId: `AROAEXAMPLE:${form.get("RoleSessionName") ?? ""}`, Arn: identity.arn },
      Credentials: {
        AccessKeyId: identity.accessKeyId,
        SecretAccessKey: identity.secretAccessKey,
        SessionToken: identity.sessionToken,
        Expiration: new Date(identity.expiresMs ?? 0).toISOString(),
      },
    };
  }

  #issue(roleArn: string, session: string, seconds: number): AwsIdentity {
    const [, partition = "aws", account = "", name = ""] =
      /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
    const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`;
    return this.keys.issue({ arn, account }, this.nowMs + seconds * 1000);
  }
}
