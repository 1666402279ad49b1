import type { EC2Client } from "@aws-sdk/client-ec2";
import { partitionOfRegion } from "../clouds.ts";
import { awsClientSettings, type AwsClientSettings } from "../aws/client-settings.ts";
import { explainAwsError } from "../aws/explain-aws-error.ts";
import { readAwsAnswers } from "./aws-shapes.ts";
import type { Estate, EstateAccount, EstateFlowLog, EstateNetwork, EstateProblem } from "./estate-types.ts";
import { isJson, objects, text, type Json } from "./json-values.ts";
import type { AwsEstateOptions } from "./estate-options.ts";

/** Places that are asked at once. EC2 gives each account and region a bucket of its own. */
const PLACES_AT_ONCE = 16;

/** The caller's account where nothing says which it is. */
const OWN = "own account";

/** See `readAwsEstate` of `read-estate.ts`. */
export async function askAws(options: AwsEstateOptions): Promise<Estate> {
  return new AwsReading(options).run();
}

/** An account, and what its clients are made with. */
interface Reader {
  readonly account: EstateAccount;
  readonly made: AwsClientSettings;
}

class AwsReading {
  readonly #options: AwsEstateOptions;
  readonly #signal: AbortSignal;
  readonly #home: AwsClientSettings;
  readonly #homeRegion: string;
  readonly #accounts: EstateAccount[] = [];
  readonly #networks = new Map<string, EstateNetwork>();
  readonly #flowLogs = new Map<string, EstateFlowLog>();
  readonly #whole: { account: string; region: string }[] = [];
  readonly #problems: EstateProblem[] = [];

  constructor(options: AwsEstateOptions) {
    const { settings, env, signal } = options;
    this.#options = options;
    this.#signal = signal;
    this.#home = awsClientSettings(settings, env, { retryMode: "adaptive", region: "us-east-1" });
    this.#homeRegion = this.#home.beside.region ?? "us-east-1";
  }

  async run(): Promise<Estate> {
    const readers = await this.#readers();
    try {
      const places = (await pooled(readers, (reader) => this.#regionsOf(reader))).flat();
      let done = 0;
      await pooled(places, async (place) => {
        await this.#readPlace(place);
        this.#options.onProgress?.(++done, places.length);
      });
    } finally {
      for (const { made } of readers) made.close();
      this.#home.close();
    }
    return {
      accounts: this.#accounts,
      networks: [...this.#networks.values()].sort(byPlace),
      flowLogs: [...this.#flowLogs.values()].sort(byPlace),
      whole: this.#whole,
      interfacesOf: [],
      problems: this.#problems,
    };
  }

  async #readers(): Promise<Reader[]> {
    const own = await this.#ownAccount();
    const accounts = this.#options.org === true ? await this.#listAccounts() : [];
    if (own !== undefined && accounts.every(({ id }) => id !== own)) accounts.unshift({ id: own, name: null });
    if (accounts.length === 0) accounts.push({ id: OWN, name: null });
    const partition = partitionOfRegion(this.#homeRegion).id;
    return accounts.map(({ id, name }) => {
      const { roleName, settings, env } = this.#options;
      const roleArn =
        id === own || id === OWN || roleName === undefined ? null : `arn:${partition}:iam::${id}:role/${roleName}`;
      const account: EstateAccount = { provider: "aws", id, name, roleArn };
      this.#accounts.push(account);
      if (roleArn === null) return { account, made: this.#home };
      const made = awsClientSettings({ ...settings, roleArn }, env, {
        retryMode: "adaptive",
        region: this.#homeRegion,
        // The role of the settings is who may assume the accounts' own.
        ...(settings.roleArn !== undefined && { through: this.#home.beside.credentials }),
      });
      return { account, made };
    });
  }

  /** The credentials say whose they are, or what belongs to the account does: a default VPC first, because others may be shared. */
  async #ownAccount(): Promise<string | undefined> {
    const identity = await this.#ask("sts:AssumeRole", null, null, () => this.#home.beside.credentials());
    if (identity === undefined || identity.accountId !== undefined) return identity?.accountId;
    const others = await this.#enabledRegions(this.#home, null);
    for (const region of new Set([this.#homeRegion, ...others])) {
      const vpcs = await this.#ask("ec2:DescribeVpcs", null, region, async () =>
        this.#describe(await openEc2(this.#home, region), "DescribeVpcs", "Vpcs"),
      );
      if (vpcs === undefined) return undefined;
      const owners = vpcs.toSorted((a, b) => Number(b["IsDefault"] === true) - Number(a["IsDefault"] === true));
      const owner = owners.flatMap(({ OwnerId }) => text(OwnerId) ?? [])[0];
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  async #listAccounts(): Promise<{ id: string; name: string | null }[]> {
    const { OrganizationsClient, paginateListAccounts } = await import("@aws-sdk/client-organizations");
    const client = this.#home.requests.watch(
      new OrganizationsClient({ ...this.#home.beside, region: this.#homeRegion }),
    );
    const found = await this.#ask("organizations:ListAccounts", null, null, async () => {
      const accounts: Json[] = [];
      for await (const { Accounts } of paginateListAccounts({ client }, {}, { abortSignal: this.#signal }))
        accounts.push(...objects(Accounts));
      return accounts;
    });
    return (found ?? []).flatMap(({ Id, Name, State, Status }) => {
      const id = text(Id);
      const isActive = (text(State) ?? text(Status) ?? "ACTIVE") === "ACTIVE";
      return id === null || !isActive ? [] : [{ id, name: text(Name) }];
    });
  }

  async #regionsOf(reader: Reader): Promise<{ reader: Reader; region: string }[]> {
    const regions = this.#options.regions ?? (await this.#enabledRegions(reader.made, reader.account.id));
    return regions.map((region) => ({ reader, region }));
  }

  async #enabledRegions(made: AwsClientSettings, account: string | null): Promise<string[]> {
    const found = await this.#ask("ec2:DescribeRegions", account, this.#homeRegion, async () => {
      const { DescribeRegionsCommand } = await import("@aws-sdk/client-ec2");
      const client = await openEc2(made, this.#homeRegion);
      // Without AllRegions: those that are enabled for the account.
      return client.send(new DescribeRegionsCommand({}), { abortSignal: this.#signal });
    });
    return (found?.Regions ?? []).flatMap(({ RegionName }) => RegionName ?? []);
  }

  async #readPlace({ reader, region }: { reader: Reader; region: string }): Promise<void> {
    const { account, made } = reader;
    const client = await openEc2(made, region);
    const list = (operation: Described, name: string): Promise<Json[] | undefined> =>
      this.#ask(`ec2:${operation}`, account.id, region, () => this.#describe(client, operation, name));
    const flowLogs = await list("DescribeFlowLogs", "FlowLogs");
    if (flowLogs !== undefined) this.#whole.push({ account: account.id, region });
    const vpcs = await list("DescribeVpcs", "Vpcs");
    const answers = { flowLogs: flowLogs ?? [], vpcs: vpcs ?? [], subnets: [] as Json[], interfaces: [] as Json[] };
    // What is in a network matters only where the network itself is not logged, or not in full.
    const logged = new Set(
      answers.flowLogs.flatMap(({ ResourceId, TrafficType, FlowLogStatus }) =>
        TrafficType === "ALL" && FlowLogStatus === "ACTIVE" ? (text(ResourceId) ?? []) : [],
      ),
    );
    if (answers.vpcs.some(({ VpcId }) => !logged.has(text(VpcId) ?? ""))) {
      answers.subnets = (await list("DescribeSubnets", "Subnets")) ?? [];
      answers.interfaces = (await list("DescribeNetworkInterfaces", "NetworkInterfaces")) ?? [];
    }
    const read = readAwsAnswers(answers, { account: account.id, region });
    // A shared VPC is seen by its owner and by others.
    for (const network of read.networks)
      if (network.account === account.id || !this.#networks.has(network.id)) this.#networks.set(network.id, network);
    for (const flowLog of read.flowLogs) this.#flowLogs.set(flowLog.id, flowLog);
  }

  async #describe(client: EC2Client, operation: Described, name: string): Promise<Json[]> {
    const ec2 = await import("@aws-sdk/client-ec2");
    const found: Json[] = [];
    for await (const page of ec2[`paginate${operation}`]({ client }, {}, { abortSignal: this.#signal }))
      if (isJson(page)) found.push(...objects(page[name]));
    return found;
  }

  /** Asks; who refuses is told and stops nobody else. */
  async #ask<T>(
    action: string,
    account: string | null,
    region: string | null,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#signal.throwIfAborted();
      const place = [account, region].filter((part) => part !== null).join(" ");
      const { code, message, next = null } = explainAwsError(error, { action, resource: place, scope: "source" });
      // Without credentials or a connection nothing can be asked anywhere: said once.
      const isEverywhere = code === "source-credentials" || code === "source-network";
      const isSaid = this.#problems.some(
        (one) => one.message === message && (isEverywhere || (one.account === account && one.region === region)),
      );
      if (!isSaid) this.#problems.push({ provider: "aws", account, region, asked: action, code, message, next });
      return undefined;
    }
  }
}

/** Connections are the settings': nothing of a client is left to close. */
async function openEc2(made: AwsClientSettings, region: string): Promise<EC2Client> {
  const { EC2Client } = await import("@aws-sdk/client-ec2");
  return made.requests.watch(new EC2Client({ ...made.beside, region }));
}

type Described = "DescribeFlowLogs" | "DescribeVpcs" | "DescribeSubnets" | "DescribeNetworkInterfaces";

/** Works on all, some at a time; results are in the order given. */
async function pooled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(PLACES_AT_ONCE, items.length) }, lane));
  return results;
}

function byPlace(a: EstateFlowLog | EstateNetwork, b: EstateFlowLog | EstateNetwork): number {
  const name = ({ account, region, id }: EstateFlowLog | EstateNetwork): string => `${account} ${region} ${id}`;
  return name(a) < name(b) ? -1 : 1;
}
