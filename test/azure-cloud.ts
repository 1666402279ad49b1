import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { BlobServiceClient, StorageSharedKeyCredential, type ContainerClient } from "@azure/storage-blob";

/** Azurite's own account (https://learn.microsoft.com/azure/storage/common/storage-use-azurite). */
export const account = "devstoreaccount1";
export const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** A Blob and Queue server of Azure. */
export interface AzureCloud {
  /** http://127.0.0.1:PORT, without the account. */
  readonly blobUrl: string;
  readonly queueUrl: string;
  /** Of somebody who may write. */
  readonly blobs: BlobServiceClient;
  close(): Promise<void>;
}

/** Starts azurite on free ports; it keeps everything in memory. */
export async function startAzureCloud(): Promise<AzureCloud> {
  const program = createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js");
  const options = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"];
  const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
  const child = spawn(process.execPath, [program, ...options, ...ports], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  const [blobUrl, queueUrl] = await new Promise<[string, string]>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`azurite ended with ${code}: ${said}`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const addressOf = (service: string) =>
        new RegExp(`Azurite ${service} service is successfully listening at (\\S+)`).exec(said)?.[1];
      const [blob, queue] = [addressOf("Blob"), addressOf("Queue")];
      if (blob !== undefined && queue !== undefined) resolve([blob, queue]);
    });
  });
  const credential = new StorageSharedKeyCredential(account, accountKey);
  return {
    blobUrl,
    queueUrl,
    blobs: new BlobServiceClient(`${blobUrl}/${account}`, credential, { retryOptions: { maxTries: 1 } }),
    async close() {
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** As Azure names the first and the last block, in base64. */
const OPENER = Buffer.from(`A${"0".repeat(32)}`).toString("base64");
const CLOSER = Buffer.from(`Z${"0".repeat(32)}`).toString("base64");

/** A blob of a flow log, written as the platform does it: each minute a block is put before the one that closes the document. */
export class GrowingBlob {
  readonly name: string;
  readonly #container: ContainerClient;
  readonly #blocks: string[] = [];
  /** Content of the blob by now. */
  text = "";

  constructor(container: ContainerClient, name: string) {
    this.#container = container;
    this.name = name;
  }

  /** @param records JSON of one or more records; none: the blob is only opened and closed */
  async add(...records: readonly string[]): Promise<void> {
    const blob = this.#container.getBlockBlobClient(this.name);
    if (this.#blocks.length === 0 && this.text === "") {
      await blob.stageBlock(OPENER, '{"records":[', 12);
      await blob.stageBlock(CLOSER, "]}", 2);
      this.text = '{"records":[]}';
    }
    if (records.length > 0) {
      const block = `${this.#blocks.length === 0 ? "" : ","}${records.join(",")}`;
      const number = this.#blocks.length;
      const hash = createHash("md5").update(`${number} ${block}`).digest("hex");
      const name = Buffer.from(`D${hash}`).toString("base64");
      await blob.stageBlock(name, block, Buffer.byteLength(block));
      this.#blocks.push(name);
      this.text = `${this.text.slice(0, -2)}${block}]}`;
    }
    await blob.commitBlockList([OPENER, ...this.#blocks, CLOSER]);
  }

  /** Begins anew under the same name, as rewritten and resurrected blobs do. */
  async rewrite(...records: readonly string[]): Promise<void> {
    this.#blocks.length = 0;
    this.text = "";
    await this.#container.getBlockBlobClient(this.name).deleteIfExists();
    await this.add(...records);
  }
}

/** A flow log's record of one minute. */
export function vnetRecord(time: number, mac: string, tuples: readonly string[], guid = "fl-1"): string {
  return JSON.stringify({
    time: new Date(time).toISOString(),
    flowLogVersion: 4,
    flowLogGUID: guid,
    macAddress: mac,
    category: "FlowLogFlowEvent",
    flowLogResourceID:
      "/SUBSCRIPTIONS/9C99D7C5-7653-4B53-AE61-DAEFF13D8569/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NETWORKWATCHER_WESTUS/FLOWLOGS/HUB",
    targetResourceID:
      "/subscriptions/9c99d7c5-7653-4b53-ae61-daeff13d8569/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub",
    operationName: "FlowLogFlowEvent",
    flowRecords: {
      flows: [{ aclID: "acl", flowGroups: [{ rule: "DefaultRule_AllowInternetOutBound", flowTuples: tuples }] }],
    },
  });
}

/** Where a flow log's blob of an hour is, in the form that the platform writes. */
export function vnetBlobName(flowLog: string, time: number, mac: string): string {
  const [year, month, day, hour] = new Date(time).toISOString().split(/[-T:]/);
  return `flowLogResourceID=/9C99D7C5-7653-4B53-AE61-DAEFF13D8569_NETWORKWATCHERRG/NETWORKWATCHER_WESTUS_${flowLog}/y=${year}/m=${month}/d=${day}/h=${hour}/m=00/macAddress=${mac}/PT1H.json`;
}
