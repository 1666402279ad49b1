import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import { FaultPlan, faults, tellFaultOf, type Fault } from "./faults.ts";
import { RequestLog } from "./request-log.ts";
import { pause, type HttpService, type Told } from "./http-service.ts";

export interface FaultProxyOptions {
  /** The same seed makes the same choices in the order of calls. */
  readonly seed?: number;
  /** The share of calls that fail, 0 to 1; none, when it is not said. */
  readonly rate?: number;
  /** What may happen; everything, when it is not said. */
  readonly kinds?: readonly Fault[];
  /** How long a silent connection stays open. */
  readonly silentMs?: number;
  /** How many calls are refused after a rotation of credentials. */
  readonly rotatedCalls?: number;
  /** The pause between two pieces of a slow body. */
  readonly slowMs?: number;
}

/** A request's first line and headers. */
export type CallHead = Pick<IncomingMessage, "method" | "url" | "headers">;

/** Slow bodies come in this many pieces, if a piece is not too small. */
const SLOW_PIECES = 5;

/**
 * Stands before a server and passes calls on byte for byte, Host and signature included, or has them fail. It counts
 * what it did.
 */
export class FaultProxy implements HttpService {
  /** Calls that passed unharmed, and what was done to the others. */
  readonly counts: Record<Fault | "passed" | "intercepted", number>;
  /** Calls that reached the server: `GET`, `GET blocklist`, or the operation's name where a header tells it. */
  readonly log = new RequestLog();
  /** May be changed at any time; 0 lets everything pass. */
  rate: number;
  /** Asked before each call; what it returns is told, and the call is not passed on: for the errors of one service. */
  intercept: ((call: CallHead) => Told | undefined) | undefined;
  readonly plan: FaultPlan;
  readonly #target: URL;
  readonly #options: FaultProxyOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;

  private constructor(target: string, options: FaultProxyOptions) {
    this.#target = new URL(target);
    this.#options = options;
    this.rate = options.rate ?? 0;
    this.plan = new FaultPlan(options.seed ?? 1, options.kinds ?? faults, options.rotatedCalls ?? 5);
    this.counts = { passed: 0, intercepted: 0, ...zeroes() };
    this.#server = createServer((asked, told) => {
      this.#handle(asked, told).catch(() => told.destroy());
    });
  }

  /** @param target the server's address, such as http://127.0.0.1:4711 */
  static async start(target: { readonly url: string }, options: FaultProxyOptions = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(target.url, options);
    await new Promise<void>((listening) => proxy.#server.listen(0, "127.0.0.1", listening));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Calls that did not pass unharmed. */
  get harmed(): number {
    return faults.reduce((sum, fault) => sum + this.counts[fault], 0);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    this.#agent.destroy();
  }

  async #handle(asked: IncomingMessage, told: ServerResponse): Promise<void> {
    const intercepted = this.intercept?.(asked);
    if (intercepted !== undefined) {
      this.counts.intercepted++;
      return answer(asked, told, intercepted);
    }
    const fault = this.plan.next(this.rate);
    this.counts[fault ?? "passed"]++;
    switch (fault) {
      case "silent":
        asked.resume();
        await pauseWhileOpen(told, this.#options.silentMs ?? 60_000);
        return void told.socket?.resetAndDestroy();
      case "reset":
        return void told.socket?.resetAndDestroy();
      case "busy":
        return answer(asked, told, tellFaultOf(fault, asked.headers, this.plan.busyStatus()));
      case "broken":
      case "rotated":
        return answer(asked, told, tellFaultOf(fault, asked.headers));
      case "lost":
      case "reset-body":
      case "cut-body":
      case "slow-body":
      case undefined:
        return this.#pass(asked, told, fault);
    }
  }

  async #pass(asked: IncomingMessage, told: ServerResponse, fault: BodyFault | undefined): Promise<void> {
    const { connection: _connection, ...headers } = asked.headers;
    const onward = request(this.#target, { method: asked.method, path: asked.url, headers, agent: this.#agent });
    asked.pipe(onward);
    const answered = await new Promise<IncomingMessage>((resolve, reject) => {
      onward.on("response", resolve);
      onward.on("error", reject);
    });
    this.#count(asked, answered);
    if (fault === "lost") {
      answered.resume();
      await finished(answered);
      return void told.socket?.resetAndDestroy();
    }
    const { connection: _own, ...facts } = answered.headers;
    told.writeHead(answered.statusCode ?? 502, facts);
    if (fault === undefined) answered.pipe(told);
    else await this.#spoil(answered, told, fault);
    await finished(told);
  }

  /** Bytes are those that the server sent, whatever becomes of them. */
  #count({ method = "GET", url = "/", headers }: IncomingMessage, answered: IncomingMessage): void {
    const { pathname, searchParams } = new URL(url, this.#target);
    const aspect = searchParams.get("comp");
    const target = headers["x-amz-target"];
    const operation = target === undefined ? [method, ...(aspect === null ? [] : [aspect])].join(" ") : String(target);
    let bytes = 0;
    answered.on("data", (chunk: Uint8Array) => (bytes += chunk.length));
    answered.on("end", () => {
      this.log.add({ operation, subject: decodeURIComponent(pathname), status: answered.statusCode ?? 0, bytes });
    });
  }

  /** Sends the body as the fault has it; a body of nothing is lost with its whole answer. */
  async #spoil(answered: IncomingMessage, told: ServerResponse, fault: Exclude<BodyFault, "lost">): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of answered) chunks.push(chunk as Uint8Array);
    const body = Buffer.concat(chunks);
    if (fault === "slow-body") {
      const step = Math.max(1, Math.ceil(body.length / SLOW_PIECES));
      for (let at = 0; at < body.length; at += step) {
        told.write(body.subarray(at, at + step));
        await pause(this.#options.slowMs ?? 20);
      }
      return void told.end();
    }
    const half = body.subarray(0, body.length >> 1);
    if (half.length > 0) await new Promise((written) => told.write(half, written));
    if (fault === "cut-body") told.socket?.end();
    else told.socket?.resetAndDestroy();
  }
}

type BodyFault = "lost" | "reset-body" | "cut-body" | "slow-body";

function zeroes(): Record<Fault, number> {
  return Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
}

function answer(asked: IncomingMessage, told: ServerResponse, { status, headers, body }: Told): void {
  asked.resume();
  const bytes = typeof body === "string" || body instanceof Uint8Array ? body : "";
  told.writeHead(status, { "content-length": Buffer.byteLength(bytes), ...headers });
  told.end(asked.method === "HEAD" ? undefined : bytes);
}

/** Waits until the time has passed, or the client has gone. */
async function pauseWhileOpen(told: ServerResponse, ms: number): Promise<void> {
  const waiting = new AbortController();
  told.once("close", () => waiting.abort());
  await new Promise<void>((resume) => {
    const timer = setTimeout(resume, ms);
    waiting.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resume();
    });
  });
}
