import { describe, expect, it } from "vitest";
import { explainAwsError, type AwsCall } from "./explain-aws-error.ts";

const list: AwsCall = { action: "s3:ListBucket", resource: "s3://logs/", scope: "source" };
const get: AwsCall = { action: "s3:GetObject", resource: "s3://logs/a.gz", scope: "object" };

/** An error as the clients of the AWS SDK throw it. */
function answer(name: string, status: number, message = "", headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status, requestId: "4442587FB7D0A2F9" },
    $response: { statusCode: status, headers },
  });
}

describe("an error of AWS in words", () => {
  it("names the missing right, on what, for whom and why", () => {
    const error = explainAwsError(
      answer(
        "AccessDenied",
        403,
        'User: arn:aws:iam::111122223333:user/weir is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::logs" because no identity-based policy allows the s3:ListBucket action',
      ),
      list,
    );
    expect(error).toMatchObject({
      code: "source-denied",
      place: "s3://logs/",
      message:
        "s3:ListBucket is not allowed on arn:aws:s3:::logs for arn:aws:iam::111122223333:user/weir: no identity-based policy allows the s3:ListBucket action",
    });
    expect(explainAwsError(answer("AccessDenied", 403, "Access Denied"), get)).toMatchObject({
      code: "object-denied",
      message: "s3:GetObject is not allowed",
    });
    // A HEAD's answer has no body to say more.
    expect(explainAwsError(answer("403", 403), list).message).toBe("s3:ListBucket is not allowed");
  });

  it("tells a key from an object", () => {
    const key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const error = explainAwsError(
      answer(
        "AccessDenied",
        403,
        `User: arn:aws:sts::111122223333:assumed-role/reader/weir is not authorized to perform: kms:Decrypt on resource: ${key} because the resource does not exist in this Region, no resource-based policies allow access`,
      ),
      get,
    );
    expect([error.code, error.next]).toEqual([
      "kms-denied",
      `Allow kms:Decrypt on ${key} in the reader's policy and in the key's policy.`,
    ]);
  });

  it.each([
    ["InvalidObjectState", 403, get, "archived"],
    ["NoSuchKey", 404, get, "deleted-at-source"],
    ["PreconditionFailed", 412, get, "object-changed"],
    ["NoSuchBucket", 404, get, "source-bucket"],
    ["SlowDown", 503, get, "object-failed"],
    ["SlowDown", 503, list, "source-busy"],
    ["ExpiredToken", 400, get, "source-credentials"],
    ["RequestTimeTooSkewed", 403, get, "source-clock"],
    ["KMS.DisabledException", 400, get, "kms-denied"],
    ["QueueDoesNotExist", 400, { ...list, action: "sqs:ReceiveMessage" }, "source-queue"],
  ] as const)("%s is %s", (name, status, call, code) => {
    expect(explainAwsError(answer(name, status), call).code).toBe(code);
  });

  it("names the right region", () => {
    expect(
      explainAwsError(answer("PermanentRedirect", 301, "", { "x-amz-bucket-region": "eu-west-1" }), list),
    ).toMatchObject({ code: "source-region", next: "Set region: eu-west-1 in the source." });
    const malformed = "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-2'";
    expect(explainAwsError(answer("AuthorizationHeaderMalformed", 400, malformed), list).message).toBe(
      "it lies in region eu-west-2",
    );
  });

  it("tells a network apart, also behind several addresses", () => {
    const refused = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
    expect(explainAwsError(refused, get)).toMatchObject({
      code: "source-network",
      message: "there is no connection: the connection was refused",
    });
    const tls = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(explainAwsError(tls, get).next).toContain("set ca:");
  });

  it("never tells a key or a signature", () => {
    const message =
      "The Canonical String for this request should have been Credential=AKIAIOSFODNN7EXAMPLE/20260101 Signature=deadbeef";
    for (const name of [
      "SignatureDoesNotMatch",
      "InvalidRequest",
      "InvalidSignatureException",
      "AccessDenied",
      "Strange",
    ]) {
      const error = explainAwsError(answer(name, 403, message), get);
      const { code, message: words, place, next, stack } = error;
      const told = JSON.stringify({ code, words, place, next, stack });
      expect(told).not.toMatch(/AKIA|deadbeef/);
      expect(error.cause).toBeUndefined();
    }
  });
});
