import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

/** A request as it came over the wire, its body read whole. */
export interface Asked {
  readonly method: string;
  /** Path with its percent-encoding, as signatures see it. */
  readonly path: string;
  /** What follows the question mark, as sent. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a server answers. A stream must give as many bytes as its content-length says. */
export interface Told {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export interface HttpService {
  /** For the endpoint of a client: http://127.0.0.1:PORT */
  readonly url: string;
  /** Ends it with all of its connections. */
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback address; an answer that throws is told to the client as status 500. */
export async function serveHttp(answer: (asked: Asked) => Promise<Told>): Promise<HttpService> {
  const server = createServer((request, response) => {
    readAsked(request)
      .then(answer)
      .catch((error: unknown): Told => ({ status: 500, body: `the fake failed: ${String(error)}` }))
      .then((told) => tell(request, response, told))
      // The client has gone: nobody is left to tell.
      .catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = request.url ?? "/";
  const mark = target.indexOf("?");
  const search = mark < 0 ? "" : target.slice(mark + 1);
  return {
    method: request.method ?? "GET",
    path: mark < 0 ? target : target.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    headers: request.headers,
    body: Buffer.concat(chunks),
  };
}

async function tell(request: IncomingMessage, response: ServerResponse, told: Told): Promise<void> {
  const { body = "" } = told;
  response.statusCode = told.status;
  for (const [name, value] of Object.entries(told.headers ?? {})) response.setHeader(name, value);
  if (typeof body === "string" || body instanceof Uint8Array) {
    const mayHaveBody = told.status !== 204 && told.status !== 304;
    if (mayHaveBody && !response.hasHeader("content-length"))
      response.setHeader("content-length", Buffer.byteLength(body));
    response.end(request.method === "HEAD" ? undefined : body);
    return;
  }
  await pipeline(body, response);
}

/** How many bytes an answer's body has. */
export function sizeOf({ body = "", headers }: Told): number {
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.byteLength(body);
  return Number(headers?.["content-length"] ?? 0);
}

/** Waits; nothing is waited for at all when there is no time to wait. */
export async function pause(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resume) => setTimeout(resume, ms));
}
