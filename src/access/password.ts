import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { WeirError } from "#base/errors.js";

/** 32 MB and about a quarter of a second: as strong as OWASP asks of scrypt, and a server of 1 GB can check two at once. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const AT_ONCE = 2;
const MOST_WAITING = 32;

export const PASSWORD_LEAST = 12;
const PASSWORD_MOST = 1000;
const DIFFERENT_LEAST = 5;

/** @throws WeirError `weak-password` */
export function checkPassword(password: string, name: string): void {
  const problem = problemOf(password, name);
  if (problem === undefined) return;
  throw new WeirError({
    code: "weak-password",
    kind: "usage",
    message: `the password ${problem}`,
    place: "password",
    next: `Take ${PASSWORD_LEAST} characters or more; four words that have nothing to do with each other are good.`,
  });
}

function problemOf(password: string, name: string): string | undefined {
  const characters = Array.from(password);
  if (characters.length < PASSWORD_LEAST) return `is shorter than ${PASSWORD_LEAST} characters`;
  if (characters.length > PASSWORD_MOST) return `is longer than ${PASSWORD_MOST} characters`;
  if (new Set(characters).size < DIFFERENT_LEAST) return "is made of too few different characters";
  if (password.toLowerCase().replaceAll(name.toLowerCase(), "").length < DIFFERENT_LEAST)
    return "is hardly more than the name";
  return undefined;
}

/** @returns what is kept of a password: how it was hashed, the salt, the hash */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  const { N, r, p } = COST;
  return `scrypt$N=${N},r=${r},p=${p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/** A hash that no password has: an unknown name costs the same work as a known one, so that time tells nothing. */
const NOBODY = `scrypt$N=${COST.N},r=${COST.r},p=${COST.p}$${randomBytes(SALT_BYTES).toString("base64url")}$${randomBytes(HASH_BYTES).toString("base64url")}`;

/**
 * Whether a password is the one that was kept, in the same time for every answer.
 * @param kept undefined for a name that is none
 * @throws WeirError `too-many-requests` when too many wait to be checked
 */
export async function verifyPassword(password: string, kept: string | undefined): Promise<boolean> {
  const { cost, salt, hash } = parse(kept ?? NOBODY);
  const found = await derive(password, salt, cost);
  return timingSafeEqual(found, hash) && kept !== undefined;
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const KEPT = /^scrypt\$N=(\d{1,7}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

function parse(kept: string): { cost: Cost; salt: Buffer; hash: Buffer } {
  const [, N, r, p, salt, hash] = KEPT.exec(kept) ?? [];
  if (salt === undefined || hash === undefined)
    throw new WeirError({
      code: "password-unreadable",
      kind: "environment",
      message: "what the catalog keeps of the password is damaged",
      next: "Set a new one with `weir user password NAME`.",
    });
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, "base64url"), hash: Buffer.from(hash, "base64url") };
}

let running = 0;
const waiting: (() => void)[] = [];

/** Two at a time: each takes 32 MB and a core. */
async function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  if (waiting.length >= MOST_WAITING)
    throw new WeirError({
      code: "too-many-requests",
      kind: "environment",
      message: "too many passwords wait to be checked",
      next: "Try again in a few seconds.",
    });
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await new Promise((resolve, reject) => {
      // The same text typed on two keyboards may be encoded in two ways.
      const text = password.normalize("NFKC");
      scrypt(text, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}
