/** What an error of an AWS client says, whatever its shape. */
export interface AwsErrorFacts {
  /** `AccessDenied`, `SlowDown`, `ECONNRESET`, `TimeoutError`. */
  readonly code: string;
  /** One line, without secrets. */
  readonly message: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** Which of its regions the bucket is in, where the answer says so. */
  readonly region: string | undefined;
  /** What the answer wants us to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** `id`, as AWS support wants to know it. */
  readonly requestId: string | undefined;
}

const LONGEST = 400;
/** What must not be told: key ids, signatures, session tokens. A message of SignatureDoesNotMatch can hold all of them. */
const SECRETS =
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b|\b(?:X-Amz-)?(?:Signature|Credential|Security-Token)\s*[=:]\s*[^\s&,]+/gi;

/** Reads an error that an AWS client threw. */
export function awsErrorFacts(error: unknown): AwsErrorFacts {
  const top = fieldsOf(error);
  const cause = fieldsOf(top["cause"]);
  const response = fieldsOf(top["$response"]);
  const headers = fieldsOf(response["headers"]);
  const metadata = fieldsOf(top["$metadata"]);
  const status = Number(metadata["httpStatusCode"] ?? response["statusCode"] ?? 0);
  return {
    code: codeOf(top, cause),
    message: oneLine(text(top["message"]) ?? text(cause["message"]) ?? ""),
    status,
    region: text(headers["x-amz-bucket-region"]) ?? text(top["Region"]),
    retryAfterMs: retryAfterMs(text(headers["retry-after"])),
    requestId: text(metadata["requestId"]),
  };
}

/** The system's code says more than the class `Error`; a service's name says more than its HTTP client's code. */
function codeOf(top: Fields, cause: Fields): string {
  const name = text(top["name"]) ?? "";
  if (name !== "" && name !== "Error" && name !== "TypeError" && name !== "AggregateError") return name;
  return text(top["code"]) ?? text(top["Code"]) ?? text(cause["code"]) ?? name;
}

/** The first line of a message, without what must not be told. */
export function oneLine(message: string): string {
  const [first = ""] = message.trim().split(/[\r\n]/);
  const safe = first.replaceAll(SECRETS, "…");
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}…` : safe;
}

/** @param header seconds, or a date */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
