import { describe, expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import { readAzurePlace } from "./azure-place.ts";
import { explainAzureError, type AzureQuestion } from "./explain-azure-error.ts";

const KEY = `${"A".repeat(86)}==`;
const SIGNATURE = "c2VjcmV0c2lnbmF0dXJl";
const url = "azblob://acct/insights-logs-flowlogflowevent";
const placeOf = (secret?: string) =>
  readAzurePlace({ url, ...(secret !== undefined && { secret: "env:S" }) }, secret === undefined ? {} : { S: secret });
const sas = (query: string) => placeOf(`https://acct.blob.core.windows.net/?${query}&sig=${SIGNATURE}`);

/** An error as the SDK raises it. */
function restError(statusCode: number, errorCode: string, headers: Record<string, string> = {}): Error {
  const known = new Map([["x-ms-error-code", errorCode], ...Object.entries(headers)]);
  // What the service writes repeats what was signed.
  const error = new Error(`Signature did not match. String to sign used was r ${SIGNATURE} ${KEY}`);
  return Object.assign(error, {
    name: "RestError",
    statusCode,
    code: errorCode,
    response: { headers: { get: (name: string) => known.get(name) } },
  });
}

function told(error: unknown, question: Partial<AzureQuestion> = {}): WeirError {
  const found = explainAzureError(error, { place: placeOf(), action: "list", ...question });
  expect(found).toBeInstanceOf(WeirError);
  const { message, next = "", place = "", cause } = found as WeirError;
  for (const text of [message, next, place, String(cause)]) {
    expect(text).not.toContain(SIGNATURE);
    expect(text).not.toContain(KEY);
  }
  expect(next).not.toBe("");
  return found as WeirError;
}

describe("what Azure refuses", () => {
  it("is told apart: the network, the role, the kind of credential", () => {
    expect(told(restError(403, "AuthorizationFailure"))).toMatchObject({
      code: "source-network-rule",
      message: expect.stringContaining("refuses the network"),
      next: expect.stringContaining("Networking"),
      place: url,
    });
    expect(told(restError(403, "AuthorizationPermissionMismatch"))).toMatchObject({
      code: "source-permission",
      message: expect.stringContaining("blobs/read"),
      next: expect.stringContaining('--role "Storage Blob Data Reader"'),
    });
    expect(told(restError(403, "AuthorizationPermissionMismatch"), { action: "queue" })).toMatchObject({
      next: expect.stringContaining('--role "Storage Queue Data Message Processor"'),
    });
    expect(told(restError(403, "KeyBasedAuthenticationNotPermitted"), { place: placeOf(KEY) }).code).toBe(
      "source-key-refused",
    );
    expect(told(restError(409, "PublicAccessNotPermitted")).code).toBe("source-credentials");
  });

  it.each([
    ["se=2020-01-01T00:00:00Z&sp=rl", "it expired on 2020-01-01"],
    ["st=2999-01-01T00:00:00Z&se=2999-01-02T00:00:00Z&sp=rl", "it is not valid before 2999-01-01"],
    ["se=2999-01-01T00:00:00Z&sp=r", "it lacks the permission list (l)"],
    ["se=2999-01-01T00:00:00Z&sp=rl&ss=q", "it is not for the Blob service"],
    ["se=2999-01-01T00:00:00Z&sp=rl&sr=b", "it is for one blob"],
    ["se=2999-01-01T00:00:00Z&sp=rl&sr=c", "it is for another resource"],
  ])("of a signature %s: %s", (query, why) => {
    const error = told(restError(403, "AuthenticationFailed"), { place: sas(query) });
    expect(error).toMatchObject({ code: "source-credentials", message: expect.stringContaining(why) });
  });

  it("of a signature without the right permission", () => {
    const place = sas("se=2999-01-01T00:00:00Z&sp=l");
    expect(
      told(restError(403, "AuthorizationPermissionMismatch"), { place, action: "read", object: "a" }),
    ).toMatchObject({
      code: "source-permission",
      message: expect.stringContaining("it lacks the permission read (r)"),
    });
  });

  it("because of the clock, before the key is blamed", () => {
    const date = new Date(Date.now() - 20 * 60_000).toUTCString();
    const place = placeOf(KEY);
    expect(told(restError(403, "AuthenticationFailed", { date }), { place })).toMatchObject({
      code: "source-clock",
      message: expect.stringMatching(/clock is (19|20) minutes ahead/),
    });
    expect(told(restError(403, "AuthenticationFailed", { date: new Date().toUTCString() }), { place })).toMatchObject({
      code: "source-credentials",
      message: expect.stringContaining("account key"),
    });
  });

  it("the key first, then the network, where a key is used: azurite answers so to a wrong one", () => {
    for (const place of [placeOf(KEY), sas("se=2999-01-01T00:00:00Z&sp=rl")])
      expect(told(restError(403, "AuthorizationFailure"), { place })).toMatchObject({
        code: "source-credentials",
        message: expect.stringMatching(/(account key|signature) may be wrong, or .*network rules/),
        next: expect.stringContaining("Networking"),
      });
  });

  it("as a wrong request, in the server's own sentence without what may be secret", () => {
    const refused = (message: string): WeirError =>
      told(Object.assign(restError(400, "InvalidHeaderValue"), { details: { message } }));
    const version = refused(
      `The API version 2026-04-06 is not supported by Azurite. "--skipApiVersionCheck" can skip this error. \nRequestId:1`,
    );
    expect(version.message).toContain("InvalidHeaderValue): The API version 2026-04-06 is not supported by Azurite.");
    expect(version.message).not.toContain("RequestId");
    expect(version.next).toContain("--skipApiVersionCheck");
    const signed = refused(`The value ${KEY} of sig=${SIGNATURE.repeat(2)}%3D is not in the correct format.`);
    expect(signed.message).toContain("The value … of … is not in the correct format");
  });

  it("concerns one blob, or the whole place", () => {
    const read = { action: "read", object: "y=2026/PT1H.json" } as const;
    const codes = [
      [404, "BlobNotFound", "deleted-at-source"],
      [409, "BlobArchived", "archived"],
      [404, "ContainerNotFound", "source-not-found"],
      [403, "KeyVaultEncryptionKeyNotFound", "source-encryption-key"],
      [403, "AccountIsDisabled", "source-account"],
      [503, "ServerBusy", "source-throttled"],
      [429, "", "source-throttled"],
      [500, "InternalError", "unreadable"],
    ] as const;
    for (const [status, code, expected] of codes) expect(told(restError(status, code), read).code, code).toBe(expected);
    expect(told(restError(404, "BlobNotFound"), read).place).toBe(read.object);
    expect(told(restError(500, "InternalError")).code).toBe("source-failed");
  });

  it("is the network's doing", () => {
    const failed = (code: string) => Object.assign(new Error("request failed"), { name: "RestError", code });
    expect(told(failed("ENOTFOUND"))).toMatchObject({
      code: "source-account",
      message: expect.stringContaining("acct.blob.core.windows.net"),
    });
    expect(told(failed("ECONNREFUSED")).code).toBe("source-unreachable");
    expect(
      told(Object.assign(failed("REQUEST_SEND_ERROR"), { cause: failed("SELF_SIGNED_CERT_IN_CHAIN") })),
    ).toMatchObject({
      code: "source-certificate",
      next: expect.stringContaining("ca:"),
    });
    const entra = Object.assign(new Error("EnvironmentCredential is unavailable…"), {
      name: "AggregateAuthenticationError",
    });
    expect(told(entra)).toMatchObject({ code: "source-credentials", next: expect.stringContaining("az login") });
  });
});
