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

/** When they were looked up last. */
export const PRICES_OF = "November 2026";

/**
 * KMS and SQS: https://www.factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region/ ($0.03 for 10,000 requests, us-east-1, June 2026),
 * https://cloudburn.io/blog/amazon-sqs-pricing ($0.40 a million, us-east-1, March 2026). Transfer:
 * https://wring.co/blog/aws-data-transfer-pricing-guide ($0.02 to another region, $0.09 out for the first 10 TB, March 2026). Free allowances
 * are left out.
 */
const AWS = {
  decrypt: 0.03 / 10_000,
  gigabyteToRegion: 0.02,
  gigabyteOut: 0.09,
  message: (2 * 0.4) / 1_000_000,
};

/**
 * By kind of source. Looked up in:
 * S3: https://c3x.dev/blog/s3-request-fees-explained (LIST $0.005, GET $0.0004 for 1,000 requests, Standard).
 * CloudWatch Logs: https://repost.aws/knowledge-center/cloudwatch-understand-and-reduce-charges, which names what of logs is charged for: ingestion, storage
 * and queries of Insights, and no reading of events.
 * Azure: https://learn.microsoft.com/azure/storage/blobs/map-rest-apis-transaction-categories (List Blobs is of “list and create container”, Get Blob
 * and Get Block List are reads), https://c3x.dev/blog/azure-egress-bandwidth-cost/ ($0.087 out), https://lucidity.cloud/feeds/blog/azure-storage-egress-cost
 * ($0.02 between regions of North America); $0.05 and $0.004 for 10,000 agree with https://www.redkitecloud.com/docs/azure-storage/storage-pricing.html
 * (May 2026, in rupees, another region) and were found on no page of East US.
 * Google: https://cloud.google.com/storage/pricing-examples (class A $0.005, class B $0.0004 for 1,000 operations, $0.12 out, us-east1) and
 * https://cloud.google.com/kms/pricing ($0.03 for 10,000 operations, March 2025).
 */
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
