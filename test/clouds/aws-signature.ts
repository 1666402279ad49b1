import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { AwsIdentity, AwsKeys } from "./aws-keys.ts";
import type { Asked } from "./http-service.ts";

/** Why a signature is not accepted; each service has error codes of its own for these. */
export type SignatureFault = "missing" | "malformed" | "unknown-key" | "mismatch" | "expired" | "skewed";

/** A request whose signature was looked at. */
export type Signature =
  | { readonly identity: AwsIdentity; readonly region: string; readonly service: string }
  | { readonly fault: SignatureFault; readonly requestMs?: number };

/** A request may be this old or this far ahead. */
export const MAX_SKEW_MS = 15 * 60 * 1000;

/**
 * Verifies a request's Signature Version 4 in its Authorization header.
 * Source: "Create a signed AWS API request", IAM User Guide (reference_sigv-create-signed-request).
 * @param nowMs the server's clock
 */
export function checkSignature(asked: Asked, keys: AwsKeys, nowMs: number): Signature {
  const header = asked.headers.authorization;
  if (header === undefined) return { fault: "missing" };
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  const stamp = asked.headers["x-amz-date"];
  if (parts === null || typeof stamp !== "string") return { fault: "malformed" };
  const [, keyId = "", day = "", region = "", service = "", signedNames = "", signature = ""] = parts;
  const requestMs = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const identity = keys.find(keyId);
  if (identity === undefined) return { fault: "unknown-key" };
  if (Math.abs(requestMs - nowMs) > MAX_SKEW_MS) return { fault: "skewed", requestMs };
  if (identity.expiresMs !== undefined && identity.expiresMs <= nowMs) return { fault: "expired" };
  if (identity.sessionToken !== asked.headers["x-amz-security-token"]) return { fault: "mismatch" };
  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = canonicalRequest(asked, signedNames, service);
  const text = ["AWS4-HMAC-SHA256", stamp, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<string | Uint8Array>(
    hmac,
    `AWS4${identity.secretAccessKey}`,
  );
  if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex"))) return { fault: "mismatch" };
  return { identity, region, service };
}

function hmac(key: string | Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function canonicalRequest(asked: Asked, signedNames: string, service: string): string {
  const path = decodeURIComponent(asked.path);
  const names = signedNames.split(";");
  const bodyHash = createHash("sha256").update(asked.body).digest("hex");
  return [
    asked.method,
    // S3 encodes the path once, all others twice.
    service === "s3" ? encodePath(path) : encodePath(encodePath(path)),
    canonicalQuery(asked.query),
    ...names.map(
      (name) =>
        `${name}:${String(asked.headers[name] ?? "")
          .trim()
          .replaceAll(/ +/g, " ")}`,
    ),
    "",
    signedNames,
    // S3 clients may leave the payload unsigned and say so here.
    names.includes("x-amz-content-sha256") ? String(asked.headers["x-amz-content-sha256"]) : bodyHash,
  ].join("\n");
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function encodePath(path: string): string {
  return path.split("/").map(encode).join("/");
}

/** Percent-encoding of RFC 3986, where only unreserved characters stay. */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
