import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect, onTestFinished, test, vi } from "vitest";
import { testAuthority } from "../http/certificates.fake.ts";
import { startProxy, startServer } from "../http/servers.fake.ts";
import type { RemoteSettings } from "../settings.ts";
import { awsClientSettings } from "./client-settings.ts";

const URL_OF_LOGS = "cloudwatch://eu-central-1/flow";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "weir-aws-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function file(text: string): string {
  const path = join(folder(), "file");
  writeFileSync(path, text);
  return path;
}

/** Nothing of the machine that the tests run on may be found by the SDK. */
function isolate(env: Record<string, string> = {}): void {
  vi.unstubAllEnvs();
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"])
    vi.stubEnv(name, undefined);
  const nothing = file("");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", nothing);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", nothing);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

/** One request to CloudWatch Logs with a source's settings. */
async function askLogs(
  settings: Omit<RemoteSettings, "url">,
): Promise<ReturnType<typeof awsClientSettings>["requests"]> {
  const made = awsClientSettings({ url: URL_OF_LOGS, ...settings }, process.env);
  const client = made.requests.watch(new CloudWatchLogsClient(made.own));
  onTestFinished(() => {
    client.destroy();
    made.close();
  });
  await client.send(new FilterLogEventsCommand({ logGroupName: "flow" }));
  return made.requests;
}

interface SeenRequest {
  readonly host: string;
  readonly body: string;
  /** Of whose credentials it was signed, and for which region and service. */
  readonly credential: string;
  readonly token: string | undefined;
}

/** A server that is both CloudWatch Logs and STS. */
function fakeServices(
  seen: SeenRequest[],
  answer?: (request: SeenRequest) => { status: number; body: string } | undefined,
): RequestListener {
  return (request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { host = "", authorization = "", "x-amz-security-token": token } = request.headers;
      const one = {
        host,
        body,
        credential: /Credential=([^,]+)/.exec(authorization)?.[1] ?? "",
        token: token?.toString(),
      };
      seen.push(one);
      const other = answer?.(one);
      if (other !== undefined)
        response.writeHead(other.status, { "content-type": "application/x-amz-json-1.1" }).end(other.body);
      else if (body.startsWith("Action=AssumeRole") || body.includes("&Action=AssumeRole")) response.end(assumed(host));
      else response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end('{"events":[]}');
    });
  };
}

/** As documented for AssumeRole. */
function assumed(host: string): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token-of-${host}</SessionToken>
    <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

test("requests go through the proxy to the regional endpoint, signed with the access key of the source's file", async () => {
  const seen: SeenRequest[] = [];
  const proxy = await startProxy(await startServer(fakeServices(seen), { secure: true }));
  isolate({ HTTPS_PROXY: proxy.url });
  await askLogs({ region: "eu-central-1", secret: `file:${file("AKIDOWN:sec/ret\n")}`, ca: file(testAuthority) });
  expect(proxy.targets).toEqual(["logs.eu-central-1.amazonaws.com:443"]);
  expect(seen[0]?.credential).toMatch(/^AKIDOWN\/\d+\/eu-central-1\/logs\/aws4_request$/);
});

test.each([
  ["arn:aws:iam::123456789012:role/reader", "eu-central-1", "sts.eu-central-1.amazonaws.com"],
  ["arn:aws-us-gov:iam::123456789012:role/reader", "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"],
  ["arn:aws-cn:iam::123456789012:role/reader", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
])(
  "the role %s is assumed with the external id at the regional STS of its partition",
  async (roleArn, region, host) => {
    const seen: SeenRequest[] = [];
    const proxy = await startProxy(await startServer(fakeServices(seen), { secure: true }));
    isolate({ HTTPS_PROXY: proxy.url, AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "secret" });
    await askLogs({ region, roleArn, externalId: "agreed-by-both", ca: file(testAuthority) });
    expect(proxy.targets.map((target) => target.split(":")[0])).toEqual([
      host,
      `logs.${region}.${host.split(`${region}.`)[1]}`,
    ]);
    const [sts, logs] = seen;
    expect(sts?.credential).toMatch(new RegExp(`^AKIDENV/\\d+/${region}/sts/`));
    const asked = new URLSearchParams(sts?.body);
    expect(asked.get("RoleArn")).toBe(roleArn);
    expect(asked.get("ExternalId")).toBe("agreed-by-both");
    expect(logs?.credential).toMatch(/^ASIAASSUMED\//);
    expect(logs?.token).toBe(`token-of-${host}`);
  },
);

test("a profile's credentials are read again when they were rotated", async () => {
  const seen: SeenRequest[] = [];
  const endpoint = await startServer(fakeServices(seen));
  const credentials = file("[audit]\naws_access_key_id=AKIDFIRST\naws_secret_access_key=a\n");
  isolate({ AWS_SHARED_CREDENTIALS_FILE: credentials });
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const made = awsClientSettings({ url: URL_OF_LOGS, region: "eu-central-1", profile: "audit", endpoint }, process.env);
  const client = new CloudWatchLogsClient(made.own);
  const ask = async (): Promise<string | undefined> => {
    await client.send(new FilterLogEventsCommand({ logGroupName: "flow" }));
    return seen.at(-1)?.credential.split("/")[0];
  };
  expect(await ask()).toBe("AKIDFIRST");
  writeFileSync(credentials, "[audit]\naws_access_key_id=AKIDSECOND\naws_secret_access_key=b\n");
  vi.setSystemTime(Date.now() + 2 * 60_000);
  expect(await ask()).toBe("AKIDSECOND");
  client.destroy();
});

test("every attempt is counted, and what was throttled is tried again", async () => {
  const seen: SeenRequest[] = [];
  const throttled = { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' };
  const endpoint = await startServer(fakeServices(seen, () => (seen.length <= 2 ? throttled : undefined)));
  isolate();
  const requests = await askLogs({ region: "eu-central-1", endpoint, secret: `file:${file("A:B")}` });
  expect(seen).toHaveLength(3);
  expect(requests).toMatchObject({ lists: 3, gets: 0, others: 0, throttled: 2, retries: 2 });
});

test("a region stands in settings, environment or profile, in this order", () => {
  const config = file("[default]\nregion = eu-west-1\n[profile audit]\n# region = eu-west-3\nregion=eu-west-2\n");
  const regionOf = (settings: Partial<RemoteSettings>, env: NodeJS.ProcessEnv): string | undefined =>
    awsClientSettings({ url: "s3://logs", ...settings }, { AWS_CONFIG_FILE: config, HOME: "/nowhere", ...env }).own
      .region;
  expect(regionOf({ region: "eu-north-1", profile: "audit" }, { AWS_REGION: "us-east-2" })).toBe("eu-north-1");
  expect(regionOf({ profile: "audit" }, { AWS_REGION: "us-east-2" })).toBe("us-east-2");
  expect(regionOf({ profile: "audit" }, {})).toBe("eu-west-2");
  expect(regionOf({}, { AWS_PROFILE: "audit" })).toBe("eu-west-2");
  expect(regionOf({}, {})).toBe("eu-west-1");
  expect(regionOf({}, { AWS_CONFIG_FILE: "/nowhere" })).toBeUndefined();
});

test("FIPS endpoints are asked for where no endpoint is named", () => {
  const made = awsClientSettings({ url: URL_OF_LOGS, fips: true }, {});
  expect(made.own.useFipsEndpoint).toBe(true);
  const named = awsClientSettings({ url: URL_OF_LOGS, fips: true, endpoint: "https://vpce.example.net" }, {});
  expect(named.own.useFipsEndpoint).toBeUndefined();
  expect(named.beside.useFipsEndpoint).toBe(true);
});

test("a secret that is no access key is told without its value", () => {
  const path = file("only-one-part-very-secret");
  expect(() => awsClientSettings({ url: URL_OF_LOGS, secret: `file:${path}` }, {})).toThrow(/no access key/);
  expect(() => awsClientSettings({ url: URL_OF_LOGS, secret: `file:${path}` }, {})).not.toThrow(/very-secret/);
});
