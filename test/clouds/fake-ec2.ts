import type { FlowLog, NetworkInterface, Region, Subnet, Vpc } from "@aws-sdk/client-ec2";
import { AwsFault, dialects } from "./aws-faults.ts";
import type { AwsIdentity } from "./aws-keys.ts";
import { pageOf } from "./aws-pages.ts";
import { ec2Protocol, formOf, numbered, type QueryOutput } from "./aws-query.ts";
import { AwsService, type AwsCall, type AwsServiceOptions } from "./aws-service.ts";
import { ec2Items, matchesFilters, readFilters } from "./ec2-items.ts";

/** What an account has in a region, in the SDK's own shapes. */
export interface Ec2Place {
  readonly account: string;
  readonly region: string;
  readonly flowLogs?: readonly FlowLog[];
  readonly vpcs?: readonly Vpc[];
  readonly subnets?: readonly Subnet[];
  readonly networkInterfaces?: readonly NetworkInterface[];
}

export interface FakeEc2Options extends AwsServiceOptions {
  /** The regions that are enabled. */
  readonly regions?: readonly string[];
  /** Regions that nobody opted in to. */
  readonly notOptedIn?: readonly string[];
}

/** What is described: its place in {@link Ec2Place}, the element around the list, and the parameter that names single ones. */
const described = {
  DescribeFlowLogs: { list: "flowLogs", element: "flowLogSet", ids: "FlowLogId", id: "FlowLogId" },
  DescribeVpcs: { list: "vpcs", element: "vpcSet", ids: "VpcId", id: "VpcId" },
  DescribeSubnets: { list: "subnets", element: "subnetSet", ids: "SubnetId", id: "SubnetId" },
  DescribeNetworkInterfaces: {
    list: "networkInterfaces",
    element: "networkInterfaceSet",
    ids: "NetworkInterfaceId",
    id: "NetworkInterfaceId",
  },
} as const;
type Described = keyof typeof described;

/**
 * EC2 over HTTP, for who wants to know flow logs and networks. A requester sees what its account has in the region that it
 * signs for.
 * Source: Amazon EC2 API Reference, DescribeFlowLogs, DescribeVpcs, DescribeSubnets, DescribeNetworkInterfaces, DescribeRegions.
 */
export class FakeEc2 extends AwsService {
  protected readonly protocol = ec2Protocol("http://ec2.amazonaws.com/doc/2016-11-15/");
  protected readonly dialect = dialects.ec2;
  protected readonly prefix = "ec2";
  readonly #options: FakeEc2Options;
  readonly #places: Ec2Place[] = [];

  private constructor(options: FakeEc2Options) {
    super(options);
    this.#options = options;
  }

  static async start(options: FakeEc2Options = {}): Promise<FakeEc2> {
    return new FakeEc2(options).listen();
  }

  /** Adds to what an account has in a region. */
  add(place: Ec2Place): void {
    this.#places.push(place);
  }

  protected perform(call: AwsCall): QueryOutput {
    this.mustBeAllowed(call, `arn:aws:ec2:${call.region}:${call.identity.account}:*`);
    if (call.operation === "DescribeRegions") return this.#describeRegions(formOf(call.asked));
    if (call.operation in described) return this.#describe(call, call.operation as Described);
    throw new AwsFault(400, "InvalidAction", `The action ${call.operation} is not valid for this web service.`);
  }

  /** Describing has no resource, and the message names none. */
  protected override deniedMessage(what: string, action: string, identity: AwsIdentity): string {
    const why = what.slice(what.indexOf(" because") < 0 ? what.length : what.indexOf(" because"));
    return `You are not authorized to perform this operation. User: ${identity.arn} is not authorized to perform: ${action}${why}`;
  }

  #describe({ asked, identity, region }: AwsCall, operation: Described): QueryOutput {
    const form = formOf(asked);
    const { list, element, ids, id } = described[operation];
    const wanted = numbered(form, ids);
    const filters = readFilters(form);
    const all = this.#places
      .filter((place) => place.account === identity.account && place.region === region)
      .flatMap((place): readonly object[] => place[list] ?? []) as readonly Record<string, unknown>[];
    const missing = wanted.find((name) => !all.some((item) => item[id] === name));
    if (missing !== undefined)
      throw new AwsFault(400, `Invalid${id.replace(/Id$/, "ID")}.NotFound`, `The ${id} '${missing}' does not exist`);
    const found = all.filter(
      (item) => (wanted.length === 0 || wanted.includes(String(item[id]))) && matchesFilters(item, filters),
    );
    const size = Number(form.get("MaxResults") ?? 1000);
    if (size < 5 || size > 1000)
      throw new AwsFault(
        400,
        "InvalidParameterValue",
        `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
      );
    const page = pageOf(found, form.get("NextToken") ?? undefined, size, () => {
      return new AwsFault(400, "InvalidNextToken", "The token is not valid.");
    });
    return { [element]: ec2Items(page.items), nextToken: page.nextToken };
  }

  #describeRegions(form: URLSearchParams): QueryOutput {
    const { regions = ["eu-central-1", "us-east-1"], notOptedIn = [] } = this.#options;
    const names = numbered(form, "RegionName");
    const region = (RegionName: string, OptInStatus: string): Region => ({
      RegionName,
      Endpoint: `ec2.${RegionName}.amazonaws.com`,
      OptInStatus,
    });
    const all = [
      ...regions.map((name) => region(name, "opt-in-not-required")),
      ...(form.get("AllRegions") === "true" ? notOptedIn.map((name) => region(name, "not-opted-in")) : []),
    ];
    return {
      regionInfo: ec2Items(all.filter(({ RegionName = "" }) => names.length === 0 || names.includes(RegionName))),
    };
  }
}
