import { WeirError } from "#base/errors.js";
import { awsErrorFacts, type AwsErrorFacts } from "./aws-error-facts.ts";

/** What was asked of AWS when it failed. */
export interface AwsCall {
  /** The right that it needs, `s3:GetObject`. */
  readonly action: string;
  /** What it was asked about: `s3://BUCKET/KEY`, a log group's ARN, a queue's URL. */
  readonly resource: string;
  /** Whether it concerns one object alone. What stands in the way of all of a source is told as such either way. */
  readonly scope: "source" | "object";
  /** Whose service it is, where another one speaks the protocol; AWS without. */
  readonly cloud?: "Google";
}

type Explained = Omit<ConstructorParameters<typeof WeirError>[0], "kind" | "place">;
type Explain = (facts: AwsErrorFacts, call: AwsCall) => Explained;

/**
 * An AWS client's error in words: what happened, to what, and what to do. Codes `source-…` concern the whole source
 * (`source-denied`, `source-region`, `source-clock`, `source-credentials`, `source-bucket`, `source-network`, `source-busy`,
 * `source-failed`); the others an object (`object-denied`, `kms-denied`, `archived`, `deleted-at-source`, `object-changed`,
 * `object-failed`). Never with a credential or a signature: the error of the client is not kept as the cause.
 * Codes are those of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and of the services' common errors.
 */
export function explainAwsError(error: unknown, call: AwsCall): WeirError {
  if (error instanceof WeirError) return error;
  const facts = awsErrorFacts(error);
  const explained = explanationOf(facts)(facts, call);
  return new WeirError({ kind: "environment", place: call.resource, ...explained });
}

/** In which region the thing lies that was looked for in another one, if the error says so. */
export function rightRegion(error: unknown): string | undefined {
  return regionIn(awsErrorFacts(error));
}

function regionIn({ region, message }: AwsErrorFacts): string | undefined {
  return region ?? /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
}

function explanationOf(facts: AwsErrorFacts): Explain {
  const known = BY_CODE.find(([codes]) => codes.test(facts.code));
  if (known !== undefined) return known[1];
  if (/could not load credentials|no credentials|sso session|token .*expired/i.test(facts.message)) return credentials;
  if (/region is missing/i.test(facts.message)) return regionMissing;
  return BY_STATUS[facts.status] ?? (facts.status >= 500 ? busy : facts.status === 0 ? network : failed);
}

const credentials: Explain = ({ code, message }, { cloud }) => {
  if (cloud !== undefined)
    return {
      code: "source-credentials",
      message: `${cloud} does not accept the HMAC key (${code})`,
      next: "See that access id and secret belong together and that the key is active: gcloud storage hmac list.",
    };
  const isExpired = /expired|InvalidToken|TokenRefreshRequired/i.test(`${code} ${message}`);
  const isMissing = /CredentialsProviderError|could not load|MissingAuthenticationToken/i.test(`${code} ${message}`);
  return {
    code: "source-credentials",
    message: isExpired
      ? "the credentials have expired"
      : isMissing
        ? "no AWS credentials were found"
        : `AWS does not accept the credentials (${code})`,
    next: isExpired
      ? "Sign in again (aws sso login), or set new credentials where Weir is started."
      : isMissing
        ? "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile or role_arn in the source; on EC2 and EKS give the machine a role."
        : "See that access key and secret belong together, are active, and are of this partition (aws, aws-us-gov, aws-cn).",
  };
};

const clock: Explain = () => ({
  code: "source-clock",
  message: "this machine's clock differs from AWS's by more than 15 minutes, so requests are not accepted",
  next: "Set the clock (timedatectl set-ntp true, or chrony), and try again.",
});

const region: Explain = (facts) => {
  const named = regionIn(facts);
  return {
    code: "source-region",
    message: named === undefined ? "it lies in another region" : `it lies in region ${named}`,
    next: named === undefined ? "Set region: to where it lies." : `Set region: ${named} in the source.`,
  };
};

const regionMissing: Explain = () => ({
  code: "source-region",
  message: "no region is set",
  next: "Set region: in the source, or AWS_REGION.",
});

const bucket: Explain = ({ code }) => ({
  code: "source-bucket",
  message:
    code === "InvalidBucketName"
      ? "this cannot be a bucket's name"
      : "there is no such bucket, in this partition at least",
  next: "Look at the name in the source's url: s3://BUCKET/PREFIX.",
});

const noQueue: Explain = () => ({
  code: "source-queue",
  message: "there is no such queue",
  next: "Look at queue: in the source: the URL of the queue, of this region and account.",
});

/** Tells which right is missing: AWS names it in its newer messages, else it is the one that the call needs. */
const denied: Explain = ({ code, message }, { action, scope }) => {
  const [, wanted = action] = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/i.exec(message) ?? [];
  const [, on] = /on (?:the )?resource:? "?(arn:[^\s"]+)/i.exec(message) ?? [];
  const [, who] = /User: (arn:\S+)/.exec(message) ?? [];
  const why = /because (.*)$|(with an explicit deny.*)$/i.exec(message)?.slice(1).find(Boolean);
  const isKey = wanted.startsWith("kms:") || code.startsWith("KMS.");
  const right = isKey && !wanted.startsWith("kms:") ? "kms:Decrypt" : wanted;
  return {
    code: isKey ? "kms-denied" : scope === "object" ? "object-denied" : "source-denied",
    message: `${right} is not allowed${on === undefined ? "" : ` on ${on}`}${who === undefined ? "" : ` for ${who}`}${why === undefined ? "" : `: ${why.replace(/\.$/, "")}`}`,
    next: isKey
      ? `Allow kms:Decrypt${on === undefined ? "" : ` on ${on}`} in the reader's policy and in the key's policy.`
      : `Allow ${right}${on === undefined ? "" : ` on ${on}`}${/explicit deny|control policy|endpoint/i.test(why ?? "") ? "; the policy that denies it has to change" : " in the reader's policy and, from another account, in the policy of what is read"}.`,
  };
};

const keyUnusable: Explain = ({ message }) => ({
  code: "kms-denied",
  message: `the object's key cannot be used: ${message}`,
  next: "Enable the key again; without it the object cannot be read.",
});

const archived: Explain = () => ({
  code: "archived",
  message: "the object is archived",
  next: "Restore it (aws s3api restore-object), then read its days with weir collect --from --to.",
});

const gone: Explain = () => ({
  code: "deleted-at-source",
  message: "the object was deleted before it was read",
  next: "A lifecycle rule may delete objects too early: see that they stay for some days.",
});

const changed: Explain = () => ({
  code: "object-changed",
  message: "the object changes while it is read",
  next: "It is read again with the next look.",
});

const busy: Explain = ({ code, message, status }, { scope, cloud = "AWS" }) => ({
  code: scope === "object" ? "object-failed" : "source-busy",
  message: `${cloud} answers ${status === 0 ? code : `${status} ${code}`} again and again${message === "" || message === code ? "" : `: ${message}`}`,
  next: "It is tried again with the next look.",
});

const network: Explain = ({ code, message }) => ({
  code: "source-network",
  message: `there is no connection: ${networkWords(code, message)}`,
  next: /CERT|SIGNED|TLS|SSL/.test(code)
    ? "Where a proxy opens TLS connections, set ca: to the file of its certificate authority."
    : "See that the endpoint can be reached from here, with HTTPS_PROXY or proxy: where one is needed.",
});

const failed: Explain = ({ code, message, status, requestId }, { scope, cloud = "AWS" }) => ({
  code: scope === "object" ? "object-failed" : "source-failed",
  message: `${cloud} answers ${status} ${code}${message === "" || message === code ? "" : `: ${message}`}${requestId === undefined ? "" : ` (request ${requestId})`}`,
  next: "See the answer; what failed is tried again later.",
});

const BY_CODE: readonly (readonly [RegExp, Explain])[] = [
  [/^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/, clock],
  [
    /^InvalidSignatureException$/,
    (facts, call) => (/expired|earlier|later/i.test(facts.message) ? clock : credentials)(facts, call),
  ],
  [
    /^(ExpiredToken(Exception)?|TokenRefreshRequired|InvalidToken|InvalidAccessKeyId|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|AuthFailure|IncompleteSignature|MissingAuthenticationToken(Exception)?|CredentialsProviderError|TokenProviderError|NotSignedUp|InvalidSecurity)$/,
    credentials,
  ],
  [
    /^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|Redirect|TemporaryRedirect)$/,
    region,
  ],
  [/^(NoSuchBucket|InvalidBucketName|AllAccessDisabled)$/, bucket],
  [/^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|InvalidAddress)$/, noQueue],
  [/^KMS\.(Disabled|NotFound|KMSInvalidState|InvalidState)/, keyUnusable],
  [/^(AccessDenied(Exception)?|UnauthorizedOperation|AccountProblem|Forbidden|KMS\..*)$/, denied],
  [/^InvalidObjectState$/, archived],
  [/^(NoSuchKey|NoSuchVersion|NotFound)$/, gone],
  [/^PreconditionFailed$/, changed],
  [
    /^(SlowDown|Throttling\w*|RequestLimitExceeded|RequestThrottled|ServiceUnavailable|InternalError|RequestTimeout|TooManyRequests\w*)$/,
    busy,
  ],
  [/^(E[A-Z_]{3,}|EAI_AGAIN|TimeoutError|AbortError|\w*CERT\w*|\w*SIGNED\w*|UND_ERR\w*|NetworkingError)$/, network],
];

const BY_STATUS: Readonly<Record<number, Explain>> = {
  301: region,
  307: region,
  400: failed,
  401: credentials,
  403: denied,
  404: (facts, call) => (call.scope === "object" ? gone : bucket)(facts, call),
  412: changed,
  429: busy,
};

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name of the endpoint is not known",
  EAI_AGAIN: "names cannot be looked up",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  ETIMEDOUT: "nobody answers",
  TimeoutError: "nobody answers in time",
  ENETUNREACH: "the network cannot be reached",
  EHOSTUNREACH: "the host cannot be reached",
};

function networkWords(code: string, message: string): string {
  return WORDS[code] ?? (message === "" ? code : message);
}
