import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const SECRET_BYTES = 32;
/** Secret scanners of code hosts find tokens by it. */
const TOKEN_PREFIX = "weir_";
const TOKEN = /^weir_[\w-]{43}$/;
const SESSION = /^[\w-]{43}$/;

/** 256 random bits as text. */
export function newSessionSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

export function newTokenSecret(): string {
  return `${TOKEN_PREFIX}${newSessionSecret()}`;
}

/** Short ids for people to name things by; no secrets. */
export function newId(): string {
  return randomBytes(6).toString("hex");
}

/** Whether a text could be a token at all: what cannot be is not looked up. */
export function looksLikeToken(text: string): boolean {
  return TOKEN.test(text);
}

export function looksLikeSession(text: string): boolean {
  return SESSION.test(text);
}

/** What is kept of a secret. A fast hash will do: nobody can try 2^256 secrets. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** The token against forged requests: follows from the session's secret, which no other site can read. */
export function csrfOf(sessionSecret: string): string {
  return createHash("sha256").update(`weir csrf ${sessionSecret}`).digest("base64url");
}

/** Compares in the same time wherever they differ. */
export function isSameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
