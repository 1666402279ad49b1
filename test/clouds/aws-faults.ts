import type { SignatureFault } from "./aws-signature.ts";

/** An error that a service of AWS answers with; thrown by the operations of fakes and told in the service's protocol. */
export class AwsFault extends Error {
  /** HTTP. */
  readonly status: number;
  /** The error's code. */
  readonly code: string;
  /** The code that clients of the older query protocol know, where it differs. */
  readonly queryCode: string | undefined;

  constructor(status: number, code: string, message: string, queryCode?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.queryCode = queryCode;
  }
}

/** Some codes differ from service to service: how this one says it. */
export interface FaultDialect {
  readonly denied: readonly [status: number, code: string];
  readonly signature: Readonly<Record<SignatureFault, readonly [status: number, code: string]>>;
}

const jsonSignature = {
  missing: [400, "MissingAuthenticationTokenException"],
  malformed: [400, "IncompleteSignatureException"],
  "unknown-key": [400, "UnrecognizedClientException"],
  mismatch: [400, "InvalidSignatureException"],
  expired: [400, "ExpiredTokenException"],
  skewed: [400, "InvalidSignatureException"],
} as const;

const querySignature = {
  missing: [403, "MissingAuthenticationToken"],
  malformed: [400, "IncompleteSignature"],
  "unknown-key": [403, "InvalidClientTokenId"],
  mismatch: [403, "SignatureDoesNotMatch"],
  expired: [403, "ExpiredToken"],
  skewed: [403, "SignatureDoesNotMatch"],
} as const;

/** Source: the "Common Errors" page of each service's API reference. */
export const dialects = {
  json: { denied: [400, "AccessDeniedException"], signature: jsonSignature },
  sqs: { denied: [403, "AccessDenied"], signature: querySignature },
  sts: { denied: [403, "AccessDenied"], signature: querySignature },
  ec2: {
    denied: [403, "UnauthorizedOperation"],
    signature: {
      ...querySignature,
      "unknown-key": [401, "AuthFailure"],
      mismatch: [401, "AuthFailure"],
      expired: [400, "RequestExpired"],
      skewed: [400, "RequestExpired"],
    },
  },
} as const satisfies Record<string, FaultDialect>;

const signatureMessages: Readonly<Record<SignatureFault, string>> = {
  missing: "Missing Authentication Token",
  malformed: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  "unknown-key": "The security token included in the request is invalid.",
  mismatch:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  expired: "The security token included in the request is expired",
  skewed: "Signature expired",
};

/** What a service says of a signature that it does not accept. */
export function signatureFaultOf(
  dialect: FaultDialect,
  fault: SignatureFault,
  requestMs: number | undefined,
  nowMs: number,
): AwsFault {
  const [status, code] = dialect.signature[fault];
  const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const message =
    fault === "skewed" && requestMs !== undefined
      ? `Signature expired: ${stamp(requestMs)} is now earlier than ${stamp(nowMs - 300_000)} (${stamp(nowMs)} - 5 min.)`
      : signatureMessages[fault];
  return new AwsFault(status, code, message);
}
