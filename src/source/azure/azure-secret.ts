import { WeirError } from "#base/errors.js";

/** What a secret of Azure Storage turned out to be. Its parts never reach a message. */
export type AzureSecret =
  | { readonly kind: "key"; readonly key: string }
  /** A shared access signature: its query, without a question mark. */
  | { readonly kind: "sas"; readonly query: string };

/** A secret, and what a connection string says besides. */
export interface ReadAzureSecret {
  readonly secret: AzureSecret;
  readonly account?: string;
  readonly blobEndpoint?: string;
  readonly queueEndpoint?: string;
}

/** An account key is 64 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{86}==$/;

/**
 * Tells an account key, a shared access signature (with or without the address before it) and a connection string apart by their
 * form. @throws WeirError `source-secret` when it is none of them
 */
export function readAzureSecret(text: string): ReadAzureSecret {
  if (/(^|;)\s*(AccountKey|SharedAccessSignature)\s*=/i.test(text)) return readConnectionString(text);
  if (/(^|[?&])sig=/.test(text)) return { secret: { kind: "sas", query: text.replace(/^[^?]*\?/s, "") } };
  if (KEY.test(text)) return { secret: { kind: "key", key: text } };
  throw unusable("it is no account key, no shared access signature and no connection string");
}

/** `Name=value;…`, as the portal shows it. */
function readConnectionString(text: string): ReadAzureSecret {
  const parts = new Map(
    text.split(";").flatMap((part): [string, string][] => {
      const at = part.indexOf("=");
      return at < 1 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
  const part = (name: string): string => parts.get(name) ?? "";
  const account = part("accountname");
  const suffix = part("endpointsuffix");
  const protocol = part("defaultendpointsprotocol") || "https";
  const endpoint = (service: "blob" | "queue"): string =>
    part(`${service}endpoint`) ||
    (suffix === "" || account === "" ? "" : `${protocol}://${account}.${service}.${suffix}`);
  const blobEndpoint = endpoint("blob");
  const queueEndpoint = endpoint("queue");
  const key = part("accountkey");
  const query = part("sharedaccesssignature").replace(/^\?/, "");
  if (key === "" && query === "")
    throw unusable("the connection string holds neither a key nor a shared access signature");
  return {
    secret: key === "" ? { kind: "sas", query } : { kind: "key", key },
    ...(account !== "" && { account }),
    ...(blobEndpoint !== "" && { blobEndpoint }),
    ...(queueEndpoint !== "" && { queueEndpoint }),
  };
}

function unusable(why: string): WeirError {
  return new WeirError({
    code: "source-secret",
    kind: "usage",
    message: `the secret cannot be used: ${why}`,
    place: "secret",
    next: "Copy one of them from the portal: Storage account → Access keys, or → Shared access signature.",
  });
}
