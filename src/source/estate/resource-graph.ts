import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, WeirError } from "#base/errors.js";
import type { AzureCloud } from "../clouds.ts";
import type { Network } from "../http/network.ts";
import { isJson, objects, text, type Json } from "./json-values.ts";

/** Gives tokens for Azure Resource Manager. */
export interface AzureTokens {
  getToken(scope: string): Promise<{ readonly token: string } | null>;
}

/** @see https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources */
const PATH = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
const PAGE = 1000;
const ATTEMPTS = 5;
const ANSWER_MS = 60_000;
const ANSWER_BYTES = 64 * 1024 * 1024;

/** Where and as whom Resource Graph is asked. */
export interface GraphAccess {
  readonly cloud: AzureCloud;
  readonly network: Network;
  readonly tokens: AzureTokens;
  /** In the place of the cloud's own. */
  readonly endpoint?: string;
  readonly signal: AbortSignal;
}

/** What a query looks at; without either: all subscriptions that the caller may see. */
export interface GraphScope {
  readonly managementGroups?: readonly string[];
  readonly subscriptions?: readonly string[];
}

/** All rows of a query, page after page. @throws WeirError `source-…` */
export async function queryGraph(access: GraphAccess, query: string, scope: GraphScope): Promise<Json[]> {
  const rows: Json[] = [];
  let skipToken: string | null = null;
  do {
    const options = { resultFormat: "objectArray", $top: PAGE, ...(skipToken !== null && { $skipToken: skipToken }) };
    const answer = await ask(access, JSON.stringify({ query, ...scope, options }));
    rows.push(...objects(answer["data"]));
    skipToken = text(answer["$skipToken"]);
  } while (skipToken !== null);
  return rows;
}

async function ask(access: GraphAccess, body: string): Promise<Json> {
  const url = new URL(PATH, access.endpoint ?? access.cloud.resourceManager);
  for (let attempt = 1; ; attempt++) {
    access.signal.throwIfAborted();
    const token = await tokenOf(access);
    const answer = await post(url, token, body, access).catch((error: unknown) => {
      access.signal.throwIfAborted();
      if (attempt < ATTEMPTS) return undefined;
      throw unreachable(url, error);
    });
    if (answer?.status === 200) return parsed(answer.text, url);
    const isPassing = answer === undefined || answer.status === 429 || answer.status >= 500;
    if (!isPassing || attempt >= ATTEMPTS) throw refused(answer?.status ?? 0, answer?.text ?? "", url);
    // Half of it at random, so that not all come back at once.
    const waitMs = answer?.retryAfterMs ?? 500 * 2 ** attempt;
    await sleep(waitMs * (0.5 + Math.random() / 2) + (answer?.retryAfterMs ?? 0) / 2, undefined, {
      signal: access.signal,
    });
  }
}

async function tokenOf({ tokens, cloud }: GraphAccess): Promise<string> {
  try {
    const token = await tokens.getToken(`${cloud.resourceManager}/.default`);
    if (token !== null) return token.token;
    throw new Error("none was given");
  } catch (error) {
    throw new WeirError({
      code: "source-credentials",
      kind: "environment",
      message: `there is no token for Azure: ${messageOf(error).split(/[\r\n]/)[0]}`,
      place: cloud.authority,
      next: "Sign in with az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; on Azure give the machine a managed identity.",
    });
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
}

async function post(url: URL, token: string, body: string, { network, signal }: GraphAccess): Promise<Answer> {
  const isSecure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const request = (isSecure ? requestSecure : requestPlain)(url, {
      method: "POST",
      agent: isSecure ? network.httpsAgent : network.httpAgent,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
      timeout: ANSWER_MS,
      signal,
    });
    request.on("timeout", () => request.destroy(new Error("nobody answers in time")));
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES) request.destroy(new Error("the answer is too large"));
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        const seconds = Number(response.headers["retry-after"]);
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString("utf8"),
          retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
        });
      });
    });
    request.end(body);
  });
}

function parsed(body: string, url: URL): Json {
  try {
    const value: unknown = JSON.parse(body);
    if (isJson(value)) return value;
  } catch {
    // Told below, without the text.
  }
  throw refused(200, "", url);
}

function refused(status: number, body: string, { host }: URL): WeirError {
  const code = /"code"\s*:\s*"([A-Za-z]+)"/.exec(body)?.[1] ?? "";
  const isDenied = status === 401 || status === 403;
  return new WeirError({
    code: isDenied ? "source-denied" : status === 429 ? "source-busy" : "source-failed",
    kind: "environment",
    message: isDenied
      ? `reading the estate is not allowed (${status} ${code})`
      : `Azure Resource Graph answers ${status} ${code}`.trimEnd(),
    place: host,
    next: isDenied
      ? "Assign the role Reader on the subscriptions or the management group; or give the exported JSON of az graph query."
      : "Try again later.",
  });
}

function unreachable({ host }: URL, error: unknown): WeirError {
  return new WeirError({
    code: "source-network",
    kind: "environment",
    message: `there is no connection: ${messageOf(error)}`,
    place: host,
    next: "See that the address can be reached from here, with HTTPS_PROXY or proxy: where one is needed.",
  });
}
