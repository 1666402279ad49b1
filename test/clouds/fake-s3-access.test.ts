import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { AwsKeys, testUser } from "./aws-keys.ts";
import { s3Client, startS3 } from "./s3-client.ts";
import { errorOf } from "./sdk-errors.ts";

describe("who asks, and from where", () => {
  const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-00000000abcd";

  it("names the action that is not allowed", async () => {
    const s3 = await startS3();
    s3.createBucket("logs", { kmsKeyArn }).put("AWSLogs/1/x", "x");
    const client = s3Client(s3);
    const list = (Prefix: string): Promise<unknown> =>
      client.send(new ListObjectsV2Command({ Bucket: "logs", Prefix }));
    const get = (Key: string): Promise<unknown> => client.send(new GetObjectCommand({ Bucket: "logs", Key }));
    const allow = s3.deny({
      action: "s3:ListBucket",
      bucket: "logs",
      where: (prefix) => !prefix.startsWith("AWSLogs/1/"),
    });
    expect((await errorOf(list(""))).message).toBe(
      'User: arn:aws:iam::123456789012:user/weir is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::logs" because no identity-based policy allows the s3:ListBucket action',
    );
    await list("AWSLogs/1/");
    expect((await errorOf(get("no such key"))).name).toBe("AccessDenied");
    allow();
    expect((await errorOf(get("no such key"))).name).toBe("NoSuchKey");
    s3.deny({ action: "kms:Decrypt", bucket: "logs" });
    expect((await errorOf(get("AWSLogs/1/x"))).message).toContain(`kms:Decrypt on resource: ${kmsKeyArn} because`);
    s3.deny({ action: "s3:GetObject", bucket: "logs", why: "silent" });
    expect((await errorOf(get("AWSLogs/1/x"))).message).toBe("Access Denied");
    const encryption = await client.send(new GetBucketEncryptionCommand({ Bucket: "logs" }));
    expect(
      encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
    ).toBe(kmsKeyArn);
  });

  it("tells a bucket's region in each way that S3 has", async () => {
    const redirecting = await startS3({ wrongRegion: "redirect" });
    const complaining = await startS3({ wrongRegion: "malformed" });
    for (const s3 of [redirecting, complaining]) {
      s3.createBucket("far", { region: "eu-west-3" });
      const client = s3Client(s3);
      expect((await client.send(new GetBucketLocationCommand({ Bucket: "far" }))).LocationConstraint).toBe("eu-west-3");
      const error = await errorOf(client.send(new ListObjectsV2Command({ Bucket: "far" })));
      expect([error.name, error.headers["x-amz-bucket-region"]]).toEqual([
        s3 === redirecting ? "PermanentRedirect" : "AuthorizationHeaderMalformed",
        "eu-west-3",
      ]);
      const head = await errorOf(client.send(new HeadBucketCommand({ Bucket: "far" })));
      expect(head.headers["x-amz-bucket-region"]).toBe("eu-west-3");
      const there = await s3Client(s3, { region: "eu-west-3" }).send(new HeadBucketCommand({ Bucket: "far" }));
      expect(there.BucketRegion).toBe("eu-west-3");
    }
    expect((await errorOf(s3Client(redirecting).send(new ListObjectsV2Command({ Bucket: "none" })))).name).toBe(
      "NoSuchBucket",
    );
  });

  it("verifies signatures, their age, and how long credentials last", async () => {
    const keys = new AwsKeys();
    let skewMs = 0;
    const s3 = await startS3({ keys, now: () => Date.now() + skewMs });
    s3.createBucket("logs");
    const list = (credentials: S3ClientConfig["credentials"], more: S3ClientConfig = {}): Promise<unknown> =>
      s3Client(s3, { ...more, ...(credentials === undefined ? {} : { credentials }) }).send(
        new ListObjectsV2Command({ Bucket: "logs", Prefix: "a b/ü+~*'()", StartAfter: "=" }),
      );
    await list(testUser);
    expect((await errorOf(list({ ...testUser, secretAccessKey: "wrong" }))).name).toBe("SignatureDoesNotMatch");
    expect((await errorOf(list({ ...testUser, accessKeyId: "AKIANOBODY" }))).name).toBe("InvalidAccessKeyId");
    const session = keys.issue(
      { arn: "arn:aws:sts::123456789012:assumed-role/weir/one", account: "123456789012" },
      Date.now() + 60_000,
    );
    await list({
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken ?? "",
    });
    expect(s3.log.calls.at(-1)?.arn).toBe(session.arn);
    skewMs = 120_000;
    expect((await errorOf(list({ ...session, sessionToken: session.sessionToken ?? "" }))).name).toBe("ExpiredToken");
    skewMs = 3_600_000;
    expect((await errorOf(list(testUser))).name).toBe("RequestTimeTooSkewed");
    // The SDK takes the server's time from the refusal, and signs again.
    await list(testUser, { maxAttempts: 2 });
    keys.revoke(testUser.accessKeyId);
    expect((await errorOf(list(testUser, { maxAttempts: 2 }))).name).toBe("InvalidAccessKeyId");
  });

  it("is found by the host's name, too", async () => {
    const s3 = await startS3();
    s3.createBucket("my.logs").put("a/b", "x");
    const { port } = new URL(s3.url);
    // The name of the host goes to the loopback address without asking for it.
    const client = s3Client(s3, { endpoint: `http://localhost:${port}`, forcePathStyle: false });
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { hostname: string }).hostname = "127.0.0.1";
        return next(args);
      },
      { step: "deserialize", priority: "high" },
    );
    const got = await client.send(new GetObjectCommand({ Bucket: "my.logs", Key: "a/b" }));
    expect(await got.Body?.transformToString()).toBe("x");
  });
});
