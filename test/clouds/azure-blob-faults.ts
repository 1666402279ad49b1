import type { Told } from "./http-service.ts";
import { xmlDocument } from "./xml.ts";

/**
 * Refusals of Blob and Queue storage that azurite does not give; for {@link FaultProxy.intercept}.
 * Source: Azure Storage documentation, "Common REST API error codes" and "Blob Storage error codes".
 */
const faults = {
  /** A network rule, or a firewall, is in the way: roles do not matter. */
  AuthorizationFailure: [403, "This request is not authorized to perform this operation."],
  /** The identity has no role that allows it. */
  AuthorizationPermissionMismatch: [
    403,
    "This request is not authorized to perform this operation using this permission.",
  ],
  /** The account allows no keys, and no SAS of them. */
  KeyBasedAuthenticationNotPermitted: [403, "Key based authentication is not permitted on this storage account."],
  /** The key is not, or no longer, the account's; or the clocks differ. */
  AuthenticationFailed: [
    403,
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
  ],
  PublicAccessNotPermitted: [409, "Public access is not permitted on this storage account."],
  BlobArchived: [409, "This operation is not permitted on an archived blob."],
  ContainerNotFound: [404, "The specified container does not exist."],
  ServerBusy: [503, "The server is busy."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type AzureBlobFault = keyof typeof faults;

/** @param detail why authentication failed, such as "Request date header too old: '…'" */
export function azureBlobFault(code: AzureBlobFault, detail?: string): Told {
  const [status, message] = faults[code];
  const requestId = "7a1c3b60-001e-0012-3456-789abc000000";
  return {
    status,
    headers: { "content-type": "application/xml", "x-ms-error-code": code, "x-ms-request-id": requestId },
    body: xmlDocument("Error", undefined, {
      Code: code,
      Message: `${message}\nRequestId:${requestId}\nTime:2026-03-01T10:00:00.0000000Z`,
      AuthenticationErrorDetail: detail,
    }),
  };
}
