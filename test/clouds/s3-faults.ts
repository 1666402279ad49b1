import type { AwsIdentity } from "./aws-keys.ts";
import { MAX_SKEW_MS, type SignatureFault } from "./aws-signature.ts";
import type { Told } from "./http-service.ts";
import { xmlDocument } from "./xml.ts";

/** An error as S3 tells it. Source: Amazon S3 API Reference, "Error responses". */
export interface S3Fault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Further elements of the error's XML. */
  readonly details?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why nothing allows an action; the wording of IAM's access-denied messages. */
export const denialReasons = {
  identity: (action: string) => `because no identity-based policy allows the ${action} action`,
  resource: (action: string) => `because no resource-based policy allows the ${action} action`,
  organization: () => "with an explicit deny in a service control policy",
  bucketPolicy: () => "with an explicit deny in a resource-based policy",
  endpoint: (action: string) => `because no VPC endpoint policy allows the ${action} action`,
} as const;

export type DenialReason = keyof typeof denialReasons;

/**
 * The error of an action that is not allowed. Between accounts S3 says no more than "Access Denied".
 * Source: Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors".
 */
export function accessDenied(
  action: string,
  resource: string,
  identity: AwsIdentity,
  why: DenialReason | "silent",
): S3Fault {
  if (why === "silent") return { status: 403, code: "AccessDenied", message: "Access Denied" };
  // The key of an encrypted object stands there without quotes, a bucket or an object with.
  const named = resource.startsWith("arn:aws:kms:") ? resource : `"${resource}"`;
  return {
    status: 403,
    code: "AccessDenied",
    message: `User: ${identity.arn} is not authorized to perform: ${action} on resource: ${named} ${denialReasons[why](action)}`,
  };
}

export const s3Faults = {
  anonymous: { status: 403, code: "AccessDenied", message: "Access Denied" },
  readOnly: { status: 403, code: "AccessDenied", message: "Access Denied" },
  slowDown: { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
  internal: { status: 500, code: "InternalError", message: "We encountered an internal error. Please try again." },
  notImplemented: {
    status: 501,
    code: "NotImplemented",
    message: "A header you provided implies functionality that is not implemented",
  },
  expiredToken: { status: 400, code: "ExpiredToken", message: "The provided token has expired." },
  preconditionFailed: {
    status: 412,
    code: "PreconditionFailed",
    message: "At least one of the pre-conditions you specified did not hold",
    details: { Condition: "If-Match" },
  },
  invalidRange: { status: 416, code: "InvalidRange", message: "The requested range is not satisfiable" },
  noSuchBucket: { status: 404, code: "NoSuchBucket", message: "The specified bucket does not exist" },
  noSuchKey: { status: 404, code: "NoSuchKey", message: "The specified key does not exist." },
  noSuchPolicy: { status: 404, code: "NoSuchBucketPolicy", message: "The bucket policy does not exist" },
} as const satisfies Record<string, S3Fault>;

/** Objects in an archive can be listed, but are not readable before they are restored. */
export function invalidObjectState(storageClass: string): S3Fault {
  return {
    status: 403,
    code: "InvalidObjectState",
    message: "The operation is not valid for the object's storage class",
    details: { StorageClass: storageClass },
  };
}

/** The bucket lies elsewhere and is asked at the wrong address. */
export function permanentRedirect(bucket: string, region: string): S3Fault {
  return {
    status: 301,
    code: "PermanentRedirect",
    message:
      "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    details: { Bucket: bucket, Endpoint: `${bucket}.s3.${region}.amazonaws.com` },
    headers: { "x-amz-bucket-region": region },
  };
}

/** The address is right, and the request is signed for another region. */
export function wrongScope(signed: string, region: string): S3Fault {
  return {
    status: 400,
    code: "AuthorizationHeaderMalformed",
    message: `The authorization header is malformed; the region '${signed}' is wrong; expecting '${region}'`,
    details: { Region: region },
    headers: { "x-amz-bucket-region": region },
  };
}

/** What S3 says of a signature that it does not accept. */
export function signatureFault(fault: SignatureFault, requestMs: number | undefined, nowMs: number): S3Fault {
  switch (fault) {
    case "missing":
      return s3Faults.anonymous;
    case "malformed":
      return { status: 400, code: "AuthorizationHeaderMalformed", message: "The authorization header is malformed." };
    case "unknown-key":
      return {
        status: 403,
        code: "InvalidAccessKeyId",
        message: "The AWS Access Key Id you provided does not exist in our records.",
      };
    case "mismatch":
      return {
        status: 403,
        code: "SignatureDoesNotMatch",
        message:
          "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      };
    case "expired":
      return s3Faults.expiredToken;
    case "skewed":
      return {
        status: 403,
        code: "RequestTimeTooSkewed",
        message: "The difference between the request time and the current time is too large.",
        details: {
          RequestTime: new Date(requestMs ?? 0).toISOString().replaceAll(/[-:]|\.\d+/g, ""),
          ServerTime: new Date(nowMs).toISOString().replace(/\.\d+/, ""),
          MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
        },
      };
  }
}

/** An error's answer. To HEAD there is no body, so that the status is all that a client learns. */
export function tellFault(fault: S3Fault, resource: string, requestId: string): Told {
  const { code, message, details = {}, headers = {} } = fault;
  return {
    status: fault.status,
    headers: { "content-type": "application/xml", ...headers },
    body: xmlDocument("Error", undefined, {
      Code: code,
      Message: message,
      ...details,
      Resource: resource,
      RequestId: requestId,
      HostId: "fake",
    }),
  };
}
