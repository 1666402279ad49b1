import { Agent as HttpAgent, type ClientRequest } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { HttpsProxyAgent } from "https-proxy-agent";
import { WeirError } from "#base/errors.js";
import { isExempt } from "./no-proxy.ts";
import { readTrust, type Trust } from "./trust.ts";

/** Connections to one host. More requests wait for one of them. */
const MOST_SOCKETS = 64;

/** How a source's cloud is reached from here. */
export interface NetworkSettings {
  /** Of this source alone, in the place of what the environment says; NO_PROXY does not count for it. */
  readonly proxy?: string;
  /** A file of certificate authorities, besides those of Node.js. */
  readonly ca?: string;
}

/** Connections of a source: kept open, through the proxy or not for each host, trusting whom it should. */
export interface Network {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** The proxy for an address, with its credentials; undefined: none. For clients that take no agent. */
  proxyFor(url: URL): URL | undefined;
  /** Certificate authorities in PEM, all that count, where there are own ones. */
  readonly ca: readonly string[] | undefined;
  /** Closes connections. */
  close(): void;
}

/**
 * Prepares connections as settings and environment say: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY in either case, and
 * NODE_EXTRA_CA_CERTS.
 * @throws WeirError `source-proxy`, `source-ca`
 */
export function openNetwork(settings: NetworkSettings, env: Readonly<NodeJS.ProcessEnv>): Network {
  const trust = settings.ca === undefined ? undefined : readTrust(settings.ca, env);
  const proxyFor = proxyRule(settings.proxy, env);
  const options = {
    keepAlive: true,
    maxSockets: MOST_SOCKETS,
    ...(trust !== undefined && { secureContext: trust.context }),
  };
  const [plain, secure] = ["http://any.invalid", "https://any.invalid"].map((url) => proxyFor(new URL(url), true));
  const httpAgent = plain === undefined ? new HttpAgent(options) : new RoutedAgent(plain, proxyFor, trust);
  const httpsAgent = secure === undefined ? new HttpsAgent(options) : new RoutedAgent(secure, proxyFor, trust);
  return {
    httpAgent,
    httpsAgent,
    proxyFor: (url) => proxyFor(url),
    ca: trust?.ca,
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** @param always whatever NO_PROXY says */
type ProxyRule = (url: URL, always?: boolean) => URL | undefined;

function proxyRule(own: string | undefined, env: Readonly<NodeJS.ProcessEnv>): ProxyRule {
  const value = (name: string): string => env[name.toLowerCase()] || env[name.toUpperCase()] || "";
  if (own !== undefined) {
    const proxy = proxyUrl(own, "proxy");
    return () => proxy;
  }
  const all = value("all_proxy");
  const proxies = new Map(
    ["http", "https"].map((scheme) => [
      `${scheme}:`,
      proxyUrl(value(`${scheme}_proxy`) || all, `${scheme.toUpperCase()}_PROXY`),
    ]),
  );
  const noProxy = value("no_proxy");
  return (url, always = false) => (!always && isExempt(url, noProxy) ? undefined : proxies.get(url.protocol));
}

/** The value may hold a password, and is never told. */
function proxyUrl(value: string, setting: string): URL | undefined {
  if (value === "") return undefined;
  const text = value.includes("://") ? value : `http://${value}`;
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  }
  throw new WeirError({
    code: "source-proxy",
    kind: "usage",
    message: "the proxy's address cannot be understood",
    place: setting,
    next: "Write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; of SOCKS proxies none is known here.",
  });
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** Goes through a proxy by CONNECT, or past it where NO_PROXY says so. */
class RoutedAgent extends HttpsProxyAgent<string> {
  readonly #proxyFor: ProxyRule;
  readonly #trust: Trust | undefined;

  constructor(proxy: URL, proxyFor: ProxyRule, trust: Trust | undefined) {
    super(proxy, {
      keepAlive: true,
      maxSockets: MOST_SOCKETS,
      ...(trust !== undefined && { secureContext: trust.context }),
    });
    this.#proxyFor = proxyFor;
    this.#trust = trust;
  }

  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    const host = options.host ?? "localhost";
    const scheme = options.secureEndpoint ? "https" : "http";
    const url = new URL(`${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${options.port}`);
    const trusted = {
      ...options,
      ...(this.#trust !== undefined && { secureContext: this.#trust.context }),
    } as ConnectOptions;
    if (this.#proxyFor(url) !== undefined) return super.connect(request, trusted);
    if (!trusted.secureEndpoint) return connectTcp(trusted);
    return connectTls({ ...trusted, ...(isIP(host) === 0 && { servername: trusted.servername ?? host }) });
  }
}
