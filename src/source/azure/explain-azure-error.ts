import { WeirError } from "#base/errors.js";
import type { AzurePlace } from "./azure-place.ts";
import { failureOf, type Failure } from "./azure-requests.ts";
import { sasTrouble } from "./sas-trouble.ts";

/** What was asked for when it failed. */
export interface AzureQuestion {
  readonly place: AzurePlace;
  readonly action: "list" | "read" | "queue";
  /** The blob's name. */
  readonly object?: string;
}

/** A failure in words. `source-…` concerns all of the place, any other code one blob. */
interface Words {
  readonly code: string;
  readonly kind?: "usage" | "input";
  readonly message: string;
  readonly next: string;
}

/** Beyond this, Azure takes no signed request. */
const MOST_SKEW_MS = 15 * 60_000;

const GRANT = {
  list: "Storage Blob Data Reader",
  read: "Storage Blob Data Reader",
  queue: "Storage Queue Data Message Processor",
} as const;

/**
 * Says what stands in the way, and which right, setting or network mends it
 * (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). Of the service's own text only the sentence about a wrong
 * request is repeated, without what may be a key or signature. @returns errors that are words already, or mean that all is to stop, as they are
 */
export function explainAzureError(error: unknown, question: AzureQuestion): unknown {
  if (error instanceof WeirError || (error instanceof Error && error.name === "AbortError")) return error;
  const failure = failureOf(error);
  const words =
    ofObject(failure, question) ??
    ofRights(failure, question) ??
    ofPlace(failure, question) ??
    ofIdentity(error) ??
    ofNetwork(failure, question) ??
    ofRequest(failure, question) ??
    ofRest(failure, question);
  const { place, object, action } = question;
  const at = action === "queue" ? (place.queueUrl ?? place.uri) : place.uri;
  return new WeirError({ kind: "environment", ...words, place: object ?? at });
}

function ofObject({ code, status }: Failure, { action, object }: AzureQuestion): Words | undefined {
  if (action !== "read" || object === undefined) return undefined;
  if (code === "BlobNotFound" || (status === 404 && code === ""))
    return {
      code: "deleted-at-source",
      kind: "input",
      message: "the blob was deleted before it was read",
      next: "If a lifecycle rule deletes flow logs within days, let it keep them for longer.",
    };
  if (code === "BlobArchived" || code === "BlobBeingRehydrated")
    return {
      code: "archived",
      kind: "input",
      message: "the blob is in the archive tier and cannot be read",
      next: "Bring it back to the hot or cool tier to have it read.",
    };
  return undefined;
}

function ofRights(failure: Failure, question: AzureQuestion): Words | undefined {
  const { account, secret } = question.place;
  switch (failure.code) {
    case "AuthorizationFailure":
    case "AuthorizationSourceIPMismatch":
      if (secret !== undefined && failure.code === "AuthorizationFailure") return keyOrNetwork(failure, question);
      return {
        code: "source-network-rule",
        message: `the storage account ${account} refuses the network that this machine is in (${failure.code}); its rights are not the matter`,
        next: "Let this machine's address or subnet through under Storage account → Networking, or reach it by a private endpoint.",
      };
    case "AuthorizationPermissionMismatch":
    case "AuthorizationServiceMismatch":
    case "AuthorizationResourceTypeMismatch":
    case "InsufficientAccountPermissions":
      return secret?.kind === "sas" ? sasLacks(failure, question) : roleMissing(failure, question);
    case "KeyBasedAuthenticationNotPermitted":
      return {
        code: "source-key-refused",
        message: `the storage account ${account} takes no account keys, and no shared access signatures made with one (${failure.code})`,
        next: `Leave secret out, so that Microsoft Entra is asked, and give that identity the role ${GRANT[question.action]}.`,
      };
    case "AuthenticationFailed":
    case "InvalidAuthenticationInfo":
    case "NoAuthenticationInformation":
      return notAuthentic(failure, question);
    case "PublicAccessNotPermitted":
    case "AnonymousAccessNotPermitted":
      return {
        code: "source-credentials",
        message: `the request came without credentials, and the storage account ${account} lets nobody in without (${failure.code})`,
        next: "Give a secret (account key, shared access signature, connection string), or sign in with az login.",
      };
    default:
      return undefined;
  }
}

/** Azurite answers so to a wrong key; Azure to one that is right, from a network that is not let through. */
function keyOrNetwork({ code }: Failure, { place }: AzureQuestion): Words {
  const secret = place.secret?.kind === "sas" ? "shared access signature" : "account key";
  return {
    code: "source-credentials",
    message: `the storage account ${place.account} refuses the request (${code}): the ${secret} may be wrong, or the account's network rules keep this machine out`,
    next: `Compare the ${secret} with the account's; if it is right, let this machine's address or subnet through under Storage account → Networking.`,
  };
}

function roleMissing({ code }: Failure, { place, action }: AzureQuestion): Words {
  const service =
    action === "queue" ? "queueServices/default/queues/QUEUE" : `blobServices/default/containers/${place.container}`;
  return {
    code: "source-permission",
    message: `the identity is known, and has no role with which it may ${ACTIONS[action]} (${code}); Owner and Contributor do not include it`,
    next: `az role assignment create --role "${GRANT[action]}" --assignee OBJECT-ID --scope …/storageAccounts/${place.account}/${service}; it counts after some minutes.`,
  };
}

const ACTIONS = {
  list: "list blobs (…/blobs/read)",
  read: "read blobs (…/blobs/read)",
  queue: "receive and delete messages (…/messages/process/action)",
} as const;

function sasLacks({ code }: Failure, { place, action }: AzureQuestion): Words {
  const trouble = place.secret?.kind === "sas" ? sasTrouble(place.secret.query, action, Date.now()) : undefined;
  return {
    code: "source-permission",
    message: `the shared access signature does not allow to ${ACTIONS[action].replace(/ \(.*/, "")} (${code})${trouble === undefined ? "" : `: ${trouble}`}`,
    next:
      action === "queue"
        ? "Make one for the Queue service, objects, with the permissions read and process."
        : "Make one for the Blob service, containers and objects, with the permissions read and list.",
  };
}

/** The service does not say why: clock, key and signature are looked at here. */
function notAuthentic(failure: Failure, { place, action }: AzureQuestion): Words {
  const code = "source-credentials";
  const served = Date.parse(failure.header("date") ?? "");
  const skew = Number.isNaN(served) ? 0 : Date.now() - served;
  if (Math.abs(skew) > MOST_SKEW_MS)
    return {
      code: "source-clock",
      message: `this machine's clock is ${Math.round(Math.abs(skew) / 60_000)} minutes ${skew > 0 ? "ahead of" : "behind"} Azure's, and requests signed so are refused (${failure.code})`,
      next: "Set the clock, and have it kept by NTP.",
    };
  const { secret, account } = place;
  if (secret?.kind === "sas") {
    const trouble =
      sasTrouble(secret.query, action, Date.now()) ??
      "it is for another resource, or the key that it was made with was renewed";
    return {
      code,
      message: `the shared access signature is not accepted (${failure.code}): ${trouble}`,
      next: "Make a new one with the permissions read and list, and put it where secret points.",
    };
  }
  if (secret?.kind === "key")
    return {
      code,
      message: `the account key is not accepted by the storage account ${account} (${failure.code}): it was renewed, or it is another account's`,
      next: "Copy the key anew: Storage account → Access keys; or leave secret out and use Microsoft Entra.",
    };
  return {
    code,
    message: `the token of Microsoft Entra is not accepted by the storage account ${account} (${failure.code}): it may be of another tenant or cloud`,
    next: "Sign in to the tenant that the storage account is in: az login --tenant TENANT, or set AZURE_TENANT_ID.",
  };
}

function ofPlace({ code, status }: Failure, { place }: AzureQuestion): Words | undefined {
  const { account, container } = place;
  switch (code) {
    case "ContainerNotFound":
    case "ContainerBeingDeleted":
    case "ContainerDisabled":
      return {
        code: "source-not-found",
        message: `there is no container ${container} in the storage account ${account} (${code})`,
        next: "Azure makes it when the first flow log writes: see that one is enabled and that the names are right.",
      };
    case "QueueNotFound":
    case "QueueBeingDeleted":
    case "QueueDisabled":
      return {
        code: "source-queue",
        message: `there is no such queue (${code})`,
        next: "Make it, with an Event Grid subscription that writes to it, or leave queue out: then listing finds new blobs.",
      };
    case "AccountIsDisabled":
      return {
        code: "source-account",
        message: `the storage account ${account} is disabled (${code})`,
        next: "Enable its subscription.",
      };
    case "ServerBusy":
    case "OperationTimedOut":
      return throttled(code);
    case "InvalidUri":
    case "InvalidResourceName":
      return {
        code: "source-url",
        kind: "usage",
        message: `Azure does not understand the name (${code})`,
        next: "Write azblob://ACCOUNT/CONTAINER/PREFIX.",
      };
    default:
      break;
  }
  if (code.startsWith("KeyVault"))
    return {
      code: "source-encryption-key",
      message: `the customer-managed key that the storage account ${account} is encrypted with cannot be used (${code})`,
      next: "See in the key vault that the key exists and is enabled, and that the account's identity may wrap and unwrap with it.",
    };
  return status === 429 || status === 503 ? throttled(code || String(status)) : undefined;
}

function throttled(code: string): Words {
  return {
    code: "source-throttled",
    message: `Azure tells to slow down, and did so again and again (${code})`,
    next: "What is left is read in the next run. Look for other readers of the storage account.",
  };
}

/** Errors of @azure/identity tell what each kind of credential lacked; the first sentence is enough. */
function ofIdentity(error: unknown): Words | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!/^(CredentialUnavailable|AuthenticationRequired|Authentication|AggregateAuthentication)Error$/.test(error.name))
    return undefined;
  return {
    code: "source-credentials",
    message:
      "Microsoft Entra has no identity for this process: neither environment, workload or managed identity, nor az login",
    next: "Run az login, give the machine a managed identity, set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or give a secret.",
  };
}

function ofNetwork({ code, status }: Failure, { place }: AzureQuestion): Words | undefined {
  if (status !== undefined) return undefined;
  const { host } = new URL(place.blobUrl);
  if (code === "ENOTFOUND")
    return {
      code: "source-account",
      message: `the name ${host} does not exist: there is no storage account ${place.account} in this cloud, or DNS does not know its private endpoint`,
      next: "Check the account's name; for sovereign clouds give endpoint, such as blob.core.usgovcloudapi.net.",
    };
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code))
    return {
      code: "source-certificate",
      message: `the certificate of ${host} is not trusted (${code})`,
      next: "If a proxy looks into connections, name its certificate authority: ca: /path/to/ca.pem",
    };
  if (!/^E[A-Z_]+$|^REQUEST_SEND_ERROR$/.test(code)) return undefined;
  return {
    code: "source-unreachable",
    message: `${host} cannot be reached (${code})`,
    next: "Check the network, the firewall and the proxy (HTTPS_PROXY, or proxy: of the source).",
  };
}

/** What the server takes for a wrong request: the same one is refused again, and its own sentence says why. */
function ofRequest({ code, status, sentence }: Failure, { place, object, action }: AzureQuestion): Words | undefined {
  if (status !== 400) return undefined;
  const { host } = new URL(place.blobUrl);
  return {
    code: object === undefined || action !== "read" ? "source-failed" : "unreadable",
    message: `${host} does not understand the request (${`400 ${code}`.trim()})${sentence === "" ? "" : `: ${sentence}`}`,
    next: /\bazurite\b/i.test(sentence)
      ? "Start azurite with --skipApiVersionCheck, and try again."
      : "Check endpoint, url and secret of the source; a server that is not Azure's may be too old.",
  };
}

function ofRest({ code, status }: Failure, { object, action }: AzureQuestion): Words {
  const told = [status, code].filter((part) => part !== undefined && part !== "").join(" ");
  const words = {
    message: `Azure could not answer${told === "" ? "" : ` (${told})`}`,
    next: "Try again in some minutes; weir serve and weir collect --follow do so by themselves.",
  };
  return { ...words, code: object === undefined || action !== "read" ? "source-failed" : "unreadable" };
}
