import type { IncomingHttpHeaders } from "node:http";
import { Random } from "../../src/demo/random.ts";
import type { Told } from "./http-service.ts";
import { xmlDocument } from "./xml.ts";

/**
 * What can go wrong with a call.
 * - `silent`: nobody ever answers; the call is not passed on.
 * - `lost`: the call is performed, and the connection breaks before its answer.
 * - `reset`: the connection breaks before the call is passed on.
 * - `reset-body`: it breaks in the middle of the answer's body.
 * - `cut-body`: the body ends early and in order, although Content-Length promised more.
 * - `slow-body`: the body comes in pieces with pauses between them.
 * - `busy`: 503, or 429, with Retry-After.
 * - `broken`: 500.
 * - `rotated`: the credentials are refused, by this call and by those that follow, for a while.
 */
export const faults = [
  "silent",
  "lost",
  "reset",
  "reset-body",
  "cut-body",
  "slow-body",
  "busy",
  "broken",
  "rotated",
] as const;
export type Fault = (typeof faults)[number];

/** Chooses what goes wrong: the same seed makes the same choices in the order of calls. */
export class FaultPlan {
  readonly #random: Random;
  readonly #kinds: readonly Fault[];
  readonly #rotatedCalls: number;
  readonly #forced: Fault[] = [];
  #refusals = 0;

  /** @param rotatedCalls how many calls a rotation of credentials refuses */
  constructor(seed: number, kinds: readonly Fault[], rotatedCalls: number) {
    this.#random = new Random("faults", seed);
    this.#kinds = kinds;
    this.#rotatedCalls = rotatedCalls;
  }

  /** Has the next calls fail in these ways, whatever the rate. */
  force(...next: readonly Fault[]): void {
    this.#forced.push(...next);
  }

  /** What happens to the call that comes now. @param rate the share of calls that fail, 0 to 1 */
  next(rate: number): Fault | undefined {
    const forced = this.#forced.shift();
    if (forced === undefined && this.#refusals > 0) {
      this.#refusals--;
      return "rotated";
    }
    const fault = forced ?? (this.#random.chance(rate) ? this.#random.pick(this.#kinds) : undefined);
    if (fault === "rotated") this.#refusals = this.#rotatedCalls - 1;
    return fault;
  }

  /** 503 is what clouds say, 429 what compatible servers and gateways say. */
  busyStatus(): number {
    return this.#random.chance(0.7) ? 503 : 429;
  }
}

/** An error's code in each of the three protocols that clouds speak here. */
interface ErrorCodes {
  readonly status: number;
  /** XML of S3, and of the query protocol. */
  readonly s3: string;
  /** JSON of the other AWS services. */
  readonly json: string;
  /** XML of Azure Storage. */
  readonly azure: string;
}

const errorCodes = {
  busy: { status: 503, s3: "SlowDown", json: "ThrottlingException", azure: "ServerBusy" },
  broken: { status: 500, s3: "InternalError", json: "InternalFailure", azure: "InternalError" },
  rotated: {
    status: 403,
    s3: "InvalidAccessKeyId",
    json: "UnrecognizedClientException",
    azure: "AuthenticationFailed",
  },
} as const satisfies Partial<Record<Fault, ErrorCodes>>;

/** The answer of a fault that is an answer, in the protocol of whom the call was for. */
export function tellFaultOf(fault: keyof typeof errorCodes, headers: IncomingHttpHeaders, status?: number): Told {
  const codes: ErrorCodes = errorCodes[fault];
  const wait: Record<string, string> = fault === "busy" ? { "retry-after": "1" } : {};
  const message = `Injected: ${fault}.`;
  if (headers["x-amz-target"] !== undefined)
    return {
      // The JSON services refuse credentials with 400.
      status: status ?? (fault === "rotated" ? 400 : codes.status),
      headers: { ...wait, "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify({ __type: codes.json, message }),
    };
  const azure = headers["x-ms-version"] !== undefined;
  const code = azure ? codes.azure : codes.s3;
  return {
    status: status ?? codes.status,
    headers: { ...wait, "content-type": "application/xml", ...(azure ? { "x-ms-error-code": code } : {}) },
    body: xmlDocument("Error", undefined, { Code: code, Message: message }),
  };
}
