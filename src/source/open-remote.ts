import { WeirError } from "#base/errors.js";
import type { RemoteSource } from "./remote.ts";
import { remotePlace, type RemoteSettings } from "./settings.ts";

/** Opens a place in a cloud for reading; its client is loaded now. @throws WeirError when a setting is wrong */
export async function openRemote(settings: RemoteSettings, env: Readonly<NodeJS.ProcessEnv>): Promise<RemoteSource> {
  const { kind } = remotePlace(settings.url);
  switch (kind) {
    case "s3":
    case "gcs":
      return (await import("./s3/open-s3.ts")).openS3(settings, env);
    case "azure-blob":
      return (await import("./azure/azure-source.ts")).openAzure(settings, env);
    case "cloudwatch":
      throw new WeirError({
        code: "source-kind",
        kind: "usage",
        message: `${kind} is not read yet`,
        place: settings.url,
      });
  }
}
