import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { messageOf, WeirError } from "#base/errors.js";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Whom a client believes: a company's own certificate authorities, besides those of Node.js. */
export interface Trust {
  /** PEM. */
  readonly ca: readonly string[];
  /** The same, read once: reading 150 certificates for each connection costs more than the handshake. */
  readonly context: SecureContext;
}

/**
 * Reads a file of certificate authorities. Naming some takes away those that Node.js has by itself, and those of
 * NODE_EXTRA_CA_CERTS: both are put beside.
 * @throws WeirError `source-ca` when it is no file of certificates in PEM
 */
export function readTrust(path: string, env: Readonly<NodeJS.ProcessEnv>): Trust {
  const extra = env["NODE_EXTRA_CA_CERTS"];
  const ca = [
    ...rootCertificates,
    ...(extra === undefined || extra === "" ? [] : readOptional(extra)),
    readCertificates(path),
  ];
  return { ca, context: createSecureContext({ ca }) };
}

function readCertificates(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    const certificates = text.match(CERTIFICATE) ?? [];
    if (certificates.length === 0) throw new Error("it holds no certificate in PEM");
    // Node.js would pass over one that is damaged, and then nothing works for no reason that is told.
    certificates.map((certificate) => new X509Certificate(certificate));
    return text;
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Node.js has warned already where this one cannot be read. */
function readOptional(path: string): string[] {
  try {
    return [readFileSync(path, "utf8")];
  } catch {
    return [];
  }
}

function unusable(path: string, cause: unknown): WeirError {
  return new WeirError({
    code: "source-ca",
    kind: "usage",
    message: `the certificate authorities cannot be used: ${messageOf(cause)}`,
    place: path,
    next: "Name a file of certificates in PEM (-----BEGIN CERTIFICATE-----) with ca.",
    cause,
  });
}
