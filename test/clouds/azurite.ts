import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobServiceClient, StorageSharedKeyCredential, type ContainerClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";

const require = createRequire(import.meta.url);

/** The account that azurite has; its key is published with it. */
export const azuriteAccount = {
  name: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};

/** Azure's Blob and Queue service in a process of its own, with nothing on disk. */
export interface Azurite {
  /** Addresses of the account, for clients: http://127.0.0.1:PORT/devstoreaccount1 */
  readonly blobUrl: string;
  readonly queueUrl: string;
  /** With the account's key. */
  readonly connectionString: string;
  readonly blobs: BlobServiceClient;
  readonly queues: QueueServiceClient;
  /** A new, empty container. */
  createContainer(name: string): Promise<ContainerClient>;
  close(): Promise<void>;
}

/** Starts azurite on free ports; end it when the tests are over. */
export async function startAzurite(): Promise<Azurite> {
  const folder = mkdtempSync(join(tmpdir(), "weir-azurite-"));
  const main = require.resolve("azurite/dist/src/azurite.js");
  const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
  const quiet = ["--silent", "--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck"];
  const child = spawn(process.execPath, [main, ...ports, ...quiet], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  // It must not outlive a test that is ended hard.
  const orphaned = (): void => void child.kill("SIGKILL");
  process.once("exit", orphaned);
  const { Blob: blob = "", Queue: queue = "" } = await addresses(child);
  const blobUrl = `${blob}/${azuriteAccount.name}`;
  const queueUrl = `${queue}/${azuriteAccount.name}`;
  const connectionString = connectionStringOf(blobUrl, queueUrl);
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  return {
    blobUrl,
    queueUrl,
    connectionString,
    blobs,
    queues: QueueServiceClient.fromConnectionString(connectionString),
    createContainer: async (name) => (await blobs.createContainer(name)).containerClient,
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      process.off("exit", orphaned);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A connection string with the account's key, for endpoints of azurite or of a proxy before it. */
export function connectionStringOf(blobUrl: string, queueUrl = blobUrl): string {
  const { name, key } = azuriteAccount;
  return `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};BlobEndpoint=${blobUrl};QueueEndpoint=${queueUrl};`;
}

/** The key as clients take it. */
export function sharedKey(): StorageSharedKeyCredential {
  return new StorageSharedKeyCredential(azuriteAccount.name, azuriteAccount.key);
}

/** What each service says about where it listens. @throws when it ends before */
async function addresses(child: ChildProcess): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let told = "";
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      told += chunk.toString();
      for (const [, service = "", url = ""] of told.matchAll(
        /Azurite (\w+) service is successfully listening at (\S+)/g,
      ))
        found[service] = url;
      if (Object.keys(found).length === 3) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => reject(new Error(`azurite ended with ${code}: ${told}`)));
  });
  return found;
}
