import { AwsKeys, testEnvironment } from "./aws-keys.ts";
import { FakeEc2, type FakeEc2Options } from "./fake-ec2.ts";
import { FakeLogs, type FakeLogsOptions } from "./fake-logs.ts";
import { FakeOrganizations, type FakeOrganization } from "./fake-organizations.ts";
import { FakeS3, type FakeS3Options } from "./fake-s3.ts";
import { FakeSqs, type FakeSqsOptions } from "./fake-sqs.ts";
import { FakeSts, type FakeStsOptions } from "./fake-sts.ts";

/** Options of each service; keys and the clock are those of all. */
export interface FakeAwsOptions {
  readonly now?: () => number;
  readonly s3?: FakeS3Options;
  readonly sqs?: FakeSqsOptions;
  readonly logs?: FakeLogsOptions;
  readonly sts?: FakeStsOptions;
  readonly ec2?: FakeEc2Options;
  readonly organization?: FakeOrganization;
}

/** A small AWS: one set of keys, known to all services. */
export interface FakeAws {
  readonly keys: AwsKeys;
  readonly s3: FakeS3;
  readonly sqs: FakeSqs;
  readonly logs: FakeLogs;
  readonly sts: FakeSts;
  readonly ec2: FakeEc2;
  readonly organizations: FakeOrganizations;
  /** For a process whose SDK clients shall ask these servers and nobody else. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts all services. */
export async function startAws(options: FakeAwsOptions = {}): Promise<FakeAws> {
  const keys = new AwsKeys();
  const shared = { keys, ...(options.now === undefined ? {} : { now: options.now }) };
  const [s3, sqs, logs, sts, ec2, organizations] = await Promise.all([
    FakeS3.start({ ...options.s3, ...shared }),
    FakeSqs.start({ ...options.sqs, ...shared }),
    FakeLogs.start({ ...options.logs, ...shared }),
    FakeSts.start({ ...options.sts, ...shared }),
    FakeEc2.start({ ...options.ec2, ...shared }),
    FakeOrganizations.start({
      ...shared,
      ...(options.organization === undefined ? {} : { organization: options.organization }),
    }),
  ]);
  const services = { s3, sqs, logs, sts, ec2, organizations };
  return {
    keys,
    ...services,
    // Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
    environment: {
      ...testEnvironment,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_ENDPOINT_URL_EC2: ec2.url,
      AWS_ENDPOINT_URL_ORGANIZATIONS: organizations.url,
    },
    close: async () => {
      await Promise.all(Object.values(services).map((service) => service.close()));
    },
  };
}
