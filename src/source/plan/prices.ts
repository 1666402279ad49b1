import type { RemoteSource } from "../remote.ts";

/** What a cloud charges for reading, in US dollars. List prices of one region: an estimate for all others. */
export interface ReadPrices {
  /** Each request that lists. */
  readonly list: number;
  /** Each request that reads. */
  readonly get: number;
  /** Each use of a key of the cloud's key service. */
  readonly decrypt: number;
  /** A gigabyte to another region of the cloud, and to anywhere outside of it. */
  readonly gigabyteToRegion: number;
  readonly gigabyteOut: number;
  /** Each message of a queue: received and deleted. */
  readonly message: number;
  /** The price list, in words. */
  readonly of: string;
  readonly page: string;
}

/** Of these pages, when they were read last. */
export const PRICES_OF = "2026";

const AWS = {
  decrypt: 0.03 / 10_000,
  gigabyteToRegion: 0.02,
  gigabyteOut: 0.09,
  message: (2 * 0.4) / 1_000_000,
};

/** By kind of source. */
export const readPrices: Readonly<Record<RemoteSource["kind"], ReadPrices>> = {
  s3: {
    ...AWS,
    list: 0.005 / 1000,
    get: 0.0004 / 1000,
    of: "Amazon S3 Standard, us-east-1",
    page: "https://aws.amazon.com/s3/pricing/",
  },
  cloudwatch: {
    ...AWS,
    // Reading log events is not charged by request.
    list: 0,
    get: 0,
    of: "Amazon CloudWatch Logs, us-east-1",
    page: "https://aws.amazon.com/cloudwatch/pricing/",
  },
  "azure-blob": {
    list: 0.05 / 10_000,
    get: 0.004 / 10_000,
    // A key of the customer's is used by the storage account, not by whoever reads.
    decrypt: 0,
    gigabyteToRegion: 0.02,
    gigabyteOut: 0.087,
    message: (2 * 0.004) / 10_000,
    of: "Azure Blob Storage hot LRS, East US",
    page: "https://azure.microsoft.com/pricing/details/storage/blobs/",
  },
  gcs: {
    list: 0.05 / 10_000,
    get: 0.004 / 10_000,
    decrypt: 0.03 / 10_000,
    gigabyteToRegion: 0.02,
    gigabyteOut: 0.12,
    message: 0,
    of: "Cloud Storage Standard, us-east1",
    page: "https://cloud.google.com/storage/pricing",
  },
};
