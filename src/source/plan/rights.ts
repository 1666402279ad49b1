import type { SourceProbe } from "../probe.ts";
import { remotePlace, type RemoteSettings } from "../settings.ts";
import { awsRights, type RightsPart } from "./aws-rights.ts";
import { optionalEstateRights } from "./estate-rights.ts";

/**
 * The least rights that a source needs to be read, and nothing that writes; then, as optional, what seeing the whole estate takes.
 * @param probe undefined where nothing could be looked at: then all that may be needed
 * @param encryptionKey the key that its objects are encrypted with
 */
export function leastRights(
  settings: RemoteSettings,
  probe: SourceProbe | undefined,
  encryptionKey = probe?.encryptionKey ?? undefined,
): readonly RightsPart[] {
  const { kind, uri } = remotePlace(settings.url);
  switch (kind) {
    case "s3":
    case "cloudwatch":
      return [
        ...awsRights(settings, kind, { probe, encryptionKey }),
        optionalEstateRights({ cloud: "aws", ...regionOf(settings, probe) }),
      ];
    case "azure-blob":
      return [...azureRights(uri, settings.queue), optionalEstateRights({ cloud: "azure" })];
    case "gcs":
      return gcsRights(uri);
  }
}

function regionOf(settings: RemoteSettings, probe: SourceProbe | undefined): { region?: string } {
  const region = probe?.region ?? settings.region;
  return region === undefined ? {} : { region };
}

function azureRights(uri: string, queue: string | undefined): RightsPart[] {
  const [, account = "", container = ""] = /^azblob:\/\/([^/]+)\/([^/]+)/.exec(uri) ?? [];
  const [name = account] = account.split(".");
  const parts = [
    {
      title: "Role assignment: read the blobs of this container",
      text: assignment("Storage Blob Data Reader", name, `blobServices/default/containers/${container}`),
    },
  ];
  const [, host = "", queueName] = /^azqueue:\/\/([^/]+)\/([^/]+)/.exec(queue ?? "") ?? [];
  if (queueName !== undefined)
    parts.push({
      title: "Role assignment: receive and delete the messages of this queue",
      text: assignment(
        "Storage Queue Data Message Processor",
        host.split(".")[0] ?? host,
        `queueServices/default/queues/${queueName}`,
      ),
    });
  return parts;
}

function assignment(role: string, account: string, scope: string): string {
  return [
    "az role assignment create --assignee PRINCIPAL-ID \\",
    `  --role ${JSON.stringify(role)} \\`,
    `  --scope "$(az storage account show --name ${account} --query id --output tsv)/${scope}"`,
  ].join("\n");
}

function gcsRights(uri: string): RightsPart[] {
  const [, bucket = ""] = /^gs:\/\/([^/]+)/.exec(uri) ?? [];
  return [
    {
      title: "Role binding: list and read the objects of this bucket",
      text: [
        `gcloud storage buckets add-iam-policy-binding gs://${bucket} \\`,
        "  --member=serviceAccount:NAME@PROJECT.iam.gserviceaccount.com --role=roles/storage.objectViewer",
      ].join("\n"),
    },
  ];
}
