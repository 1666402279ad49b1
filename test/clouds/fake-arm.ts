import { randomBytes } from "node:crypto";
import type { AzureResource } from "./azure-resources.ts";
import { serveHttp, sizeOf, type Asked, type HttpService, type Told } from "./http-service.ts";
import { RequestLog } from "./request-log.ts";
import { runQuery } from "./resource-graph.ts";

/** A subscription, and the management groups that it is below. */
export interface AzureSubscription {
  readonly id: string;
  readonly name: string;
  readonly managementGroups?: readonly string[];
  readonly state?: "Enabled" | "Disabled" | "Warned";
  /** The identity may not read it. */
  readonly hidden?: boolean;
}

export interface FakeArmOptions {
  /** Most rows of one answer; Resource Graph has 1,000. */
  readonly pageSize?: number;
  /** How long tokens hold, seconds. */
  readonly tokenSeconds?: number;
}

const TENANT = "99999999-0000-4000-8000-00000000abcd";
/** The secret of who asks for a managed identity's tokens. */
const IDENTITY_HEADER = "fake-identity-header";

/**
 * Azure Resource Manager over HTTP for readers: subscriptions, single resources, Resource Graph; and the endpoint where a
 * managed identity of App Service gets its tokens, so that DefaultAzureCredential works.
 * Source: Azure REST API Reference, "Subscriptions - List", "Resource Graph - Resources"; App Service documentation,
 * "REST endpoint reference" of managed identities.
 */
export class FakeArm implements HttpService {
  readonly log = new RequestLog();
  readonly resources: AzureResource[] = [];
  readonly subscriptions: AzureSubscription[] = [];
  /** Asked before each call that has a valid token; what it returns is told instead. */
  before: ((asked: Asked) => Told | undefined) | undefined;
  readonly #options: FakeArmOptions;
  readonly #tokens = new Map<string, number>();
  #service: HttpService | undefined;

  private constructor(options: FakeArmOptions) {
    this.#options = options;
  }

  static async start(options: FakeArmOptions = {}): Promise<FakeArm> {
    const arm = new FakeArm(options);
    arm.#service = await serveHttp((asked) => arm.#answer(asked));
    return arm;
  }

  get url(): string {
    return this.#service?.url ?? "";
  }

  /** For a process whose DefaultAzureCredential shall find a managed identity here, and nothing else. */
  get environment(): Readonly<Record<string, string>> {
    return {
      IDENTITY_ENDPOINT: `${this.url}/msi/token`,
      IDENTITY_HEADER,
      AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential",
    };
  }

  async close(): Promise<void> {
    await this.#service?.close();
  }

  /** A token that is accepted: for a credential that needs nobody. */
  issueToken(): { readonly token: string; readonly expiresOnTimestamp: number } {
    const token = randomBytes(24).toString("base64url");
    const expiresOnTimestamp = Date.now() + (this.#options.tokenSeconds ?? 3600) * 1000;
    this.#tokens.set(token, expiresOnTimestamp);
    return { token, expiresOnTimestamp };
  }

  /** Accepts none of the tokens that were issued. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  async #answer(asked: Asked): Promise<Told> {
    const [operation, told] = asked.path === "/msi/token" ? ["Token", this.#tellToken(asked)] : this.#authorized(asked);
    this.log.add({ operation, subject: decodeURIComponent(asked.path), status: told.status, bytes: sizeOf(told) });
    return told;
  }

  #tellToken({ headers, query }: Asked): Told {
    if (headers["x-identity-header"] !== IDENTITY_HEADER)
      return refuse(403, "Forbidden", "The identity header does not match.");
    const { token, expiresOnTimestamp } = this.issueToken();
    return json(200, {
      access_token: token,
      expires_on: String(Math.floor(expiresOnTimestamp / 1000)),
      resource: query.get("resource"),
      token_type: "Bearer",
      client_id: TENANT,
    });
  }

  #authorized(asked: Asked): [string, Told] {
    const operation = operationOf(asked);
    const token = /^Bearer (.+)$/.exec(asked.headers.authorization ?? "")?.[1] ?? "";
    const expires = this.#tokens.get(token);
    if (expires === undefined || expires <= Date.now()) return [operation, unauthorized(expires !== undefined)];
    const injected = this.before?.(asked);
    if (injected !== undefined) return [operation, injected];
    if (!asked.query.has("api-version"))
      return [
        operation,
        refuse(
          400,
          "MissingApiVersionParameter",
          "The api-version query parameter (?api-version=) is required for all requests.",
        ),
      ];
    if (operation === "ListSubscriptions") return [operation, this.#tellSubscriptions()];
    return [operation, operation === "ResourceGraph" ? this.#query(asked) : this.#tellResource(asked)];
  }

  #tellSubscriptions(): Told {
    const value = this.#readable.map(({ id, name, state = "Enabled" }) => ({
      id: `/subscriptions/${id}`,
      subscriptionId: id,
      tenantId: TENANT,
      displayName: name,
      state,
      authorizationSource: "RoleBased",
    }));
    return json(200, { value, count: { type: "Total", value: value.length } });
  }

  get #readable(): readonly AzureSubscription[] {
    return this.subscriptions.filter(({ hidden = false }) => !hidden);
  }

  #tellResource({ path, method }: Asked): Told {
    const id = decodeURIComponent(path);
    if (method !== "GET") return authorizationFailed(`${method} of a reader`, id);
    const resource = this.resources.find((resource) => resource.id.toLowerCase() === id.toLowerCase());
    return resource === undefined
      ? refuse(
          404,
          "ResourceNotFound",
          `The Resource '${id}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
        )
      : json(200, resource);
  }

  #query({ body }: Asked): Told {
    const request = JSON.parse(body.toString()) as GraphRequest;
    const scope = this.#scopeOf(request);
    if (!Array.isArray(scope)) return scope;
    const rows = runQuery(request.query, [
      ...this.#readable.filter(({ id }) => scope.includes(id)).map(subscriptionResource),
      ...this.resources.filter(({ subscriptionId }) => scope.includes(subscriptionId)),
    ]);
    if (rows === undefined)
      return badQuery(
        "InvalidQuery",
        "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
      );
    const { $top = 1000, $skip = 0, $skipToken } = request.options ?? {};
    const start = $skipToken === undefined ? $skip : Number(Buffer.from($skipToken, "base64url").toString());
    const end = Math.min(rows.length, start + Math.min($top, this.#options.pageSize ?? 1000));
    return json(200, {
      totalRecords: rows.length,
      count: end - start,
      data: rows.slice(start, end),
      facets: [],
      resultTruncated: "false",
      ...(end < rows.length ? { $skipToken: Buffer.from(String(end)).toString("base64url") } : {}),
    });
  }

  /** The subscriptions that a query looks into: those that are named, below the groups that are named, or all; readable ones alone. */
  #scopeOf({ subscriptions, managementGroups }: GraphRequest): string[] | Told {
    const readable = this.#readable;
    if (managementGroups !== undefined) {
      const unknown = managementGroups.find(
        (group) => !readable.some(({ managementGroups: groups = [] }) => groups.includes(group)),
      );
      if (unknown !== undefined)
        return authorizationFailed(
          "Microsoft.ResourceGraph/resources/read",
          `/providers/Microsoft.Management/managementGroups/${unknown}`,
        );
      return readable
        .filter(({ managementGroups: groups = [] }) => groups.some((group) => managementGroups.includes(group)))
        .map(({ id }) => id);
    }
    if (subscriptions === undefined || subscriptions.length === 0) return readable.map(({ id }) => id);
    const named = readable
      .filter(({ id }) => subscriptions.some((asked) => asked.toLowerCase() === id.toLowerCase()))
      .map(({ id }) => id);
    if (named.length > 0) return named;
    return badQuery(
      "NoValidSubscriptionsInQueryRequest",
      `There must be at least one subscription that is eligible to contain resources. Given: '${subscriptions.join(",")}'.`,
    );
  }
}

/** As the table ResourceContainers has it. */
function subscriptionResource({ id, name }: AzureSubscription): AzureResource {
  return {
    id: `/subscriptions/${id}`,
    name,
    type: "microsoft.resources/subscriptions",
    subscriptionId: id,
    resourceGroup: "",
    location: "",
    properties: {},
  };
}

interface GraphRequest {
  readonly query: string;
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
  readonly options?: { readonly $top?: number; readonly $skip?: number; readonly $skipToken?: string };
}

function operationOf({ method, path }: Asked): string {
  if (/^\/subscriptions\/?$/.test(path)) return "ListSubscriptions";
  if (method === "POST" && path.toLowerCase() === "/providers/microsoft.resourcegraph/resources")
    return "ResourceGraph";
  return `${method} resource`;
}

/** The error of an identity without a role; for {@link FakeArm.before}, too. */
export function authorizationFailed(action: string, scope: string): Told {
  return refuse(
    403,
    "AuthorizationFailed",
    `The client '${TENANT}' with object id '${TENANT}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function unauthorized(expired: boolean): Told {
  const code = expired ? "ExpiredAuthenticationToken" : "InvalidAuthenticationToken";
  const message = expired
    ? "The access token expiry UTC time is earlier than current UTC time."
    : "The access token is invalid.";
  const challenge = `Bearer authorization_uri="https://login.microsoftonline.com/${TENANT}", error="invalid_token", error_description="${message}"`;
  const { body = "", ...told } = refuse(401, code, message);
  return { ...told, headers: { ...told.headers, "www-authenticate": challenge }, body };
}

function badQuery(code: string, message: string): Told {
  return json(400, {
    error: {
      code: "BadRequest",
      message: "Please provide below info when asking for support: timestamp = 2026-03-01T10:00:00.0000000Z.",
      details: [{ code, message }],
    },
  });
}

function refuse(status: number, code: string, message: string): Told {
  return json(status, { error: { code, message } });
}

function json(status: number, value: object): Told {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(value) };
}
