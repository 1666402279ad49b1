import { AwsFault, dialects } from "./aws-faults.ts";
import { jsonInput, jsonProtocol, numberOf } from "./aws-json.ts";
import { pageOf } from "./aws-pages.ts";
import { AwsService, type AwsCall, type AwsServiceOptions } from "./aws-service.ts";

/** An account of an organization. */
export interface MemberAccount {
  readonly id: string;
  readonly name: string;
  readonly status?: "ACTIVE" | "SUSPENDED" | "PENDING_CLOSURE";
}

/** An organization as a test makes it. */
export interface FakeOrganization {
  readonly managementAccount: string;
  readonly accounts: readonly MemberAccount[];
  /** Accounts besides the management account that may list. */
  readonly delegated?: readonly string[];
}

const ORGANIZATION_ID = "o-exampleorg1";
/** Most accounts of one page. */
const MAX_ACCOUNTS = 20;

/**
 * Organizations over HTTP, for who wants to know the accounts.
 * Source: AWS Organizations API Reference, ListAccounts and DescribeOrganization.
 */
export class FakeOrganizations extends AwsService {
  protected readonly protocol = jsonProtocol("1.1");
  protected readonly dialect = dialects.json;
  protected readonly prefix = "organizations";
  /** None: the accounts stand alone. */
  organization: FakeOrganization | undefined;

  static async start(
    options: AwsServiceOptions & { readonly organization?: FakeOrganization } = {},
  ): Promise<FakeOrganizations> {
    const service = new FakeOrganizations(options);
    service.organization = options.organization;
    return service.listen();
  }

  protected perform(call: AwsCall): unknown {
    this.mustBeAllowed(call, "*");
    const { organization } = this;
    if (organization === undefined)
      throw new AwsFault(400, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.");
    switch (call.operation) {
      case "DescribeOrganization":
        return { Organization: described(organization) };
      case "ListAccounts":
        return this.#listAccounts(call, organization);
      default:
        throw new AwsFault(400, "UnknownOperationException", "");
    }
  }

  #listAccounts(
    { asked, identity }: AwsCall,
    { managementAccount, accounts, delegated = [] }: FakeOrganization,
  ): object {
    if (identity.account !== managementAccount && !delegated.includes(identity.account))
      throw new AwsFault(400, "AccessDeniedException", "You don't have permissions to access this resource.");
    const input = jsonInput(asked);
    const token = input["NextToken"];
    const size = Math.min(MAX_ACCOUNTS, numberOf(input, "MaxResults") ?? MAX_ACCOUNTS);
    const page = pageOf(accounts, typeof token === "string" ? token : undefined, size, () => {
      return new AwsFault(400, "InvalidInputException", "You specified an invalid value.");
    });
    const Accounts = page.items.map(({ id, name, status = "ACTIVE" }) => ({
      Id: id,
      Arn: `arn:aws:organizations::${managementAccount}:account/${ORGANIZATION_ID}/${id}`,
      Email: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}@example.com`,
      Name: name,
      Status: status,
      State: status,
      JoinedMethod: "CREATED",
      JoinedTimestamp: 1_735_689_600,
    }));
    return { Accounts, ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }) };
  }
}

function described({ managementAccount }: FakeOrganization): object {
  return {
    Id: ORGANIZATION_ID,
    Arn: `arn:aws:organizations::${managementAccount}:organization/${ORGANIZATION_ID}`,
    FeatureSet: "ALL",
    MasterAccountId: managementAccount,
    MasterAccountArn: `arn:aws:organizations::${managementAccount}:account/${ORGANIZATION_ID}/${managementAccount}`,
    MasterAccountEmail: "management@example.com",
    AvailablePolicyTypes: [],
  };
}
