import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { flowLines } from "../../../test/aws-lines.ts";
import { atEnd } from "../../../test/clouds/opened.ts";
import { objectKey } from "./memory-lister.fake.ts";
import { openS3 } from "./open-s3.ts";
import { fetched, log, lookAt, noise } from "./opened-bucket.fake.ts";

interface Server {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}
type ServerClass = new (options: object) => Server;

it("reads from another server that speaks S3's protocol", async () => {
  // @ts-expect-error -- it comes without types
  const { default: S3rver } = (await import("s3rver")) as { readonly default: ServerClass };
  const directory = mkdtempSync(join(tmpdir(), "weir-s3rver-"));
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    directory,
    silent: true,
    configureBuckets: [{ name: "logs" }],
  });
  const { port } = await server.run();
  atEnd(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
  const writer = new S3Client({ endpoint, forcePathStyle: true, region: "us-east-1", credentials });
  atEnd(() => writer.destroy());
  const body = noise(9 * 1024 * 1024);
  const key = `copies/${objectKey(log, Date.now()).split("/").at(-1)}`;
  for (const [Key, Body] of [
    [key, body],
    ["other/x.json", "no flow log"],
  ] as const)
    await writer.send(new PutObjectCommand({ Bucket: "logs", Key, Body }));
  const settings = { endpoint, secret: "env:KEY" };
  const source = await openS3({ url: "s3://logs/copies/", ...settings }, { KEY: "S3RVER:S3RVER" });
  atEnd(() => source.close());
  const found = await lookAt(source);
  expect(found.map((each) => each.key)).toEqual([key]);
  expect((await fetched(source, found[0])).bytes.equals(body)).toBe(true);

  // It leaves folders out of its listings, and cannot give pages that are not all: the layout is found all the same.
  const keys = ["123456789012", "210987654321"].flatMap((account) =>
    [0, 1, 30].map((day) => objectKey({ ...log, account, root: "net/AWSLogs/" }, Date.now() - day * 86_400_000)),
  );
  for (const Key of keys) await writer.send(new PutObjectCommand({ Bucket: "logs", Key, Body: flowLines(0, 5) }));
  const whole = await openS3({ url: "s3://logs", ...settings }, { KEY: "S3RVER:S3RVER" });
  atEnd(() => whole.close());
  expect(await whole.probe(new AbortController().signal)).toMatchObject({
    layout: "by account, region and day",
    roots: ["net/"],
    flowLogs: [{ account: "123456789012" }, { account: "210987654321" }],
  });
  expect(new Set((await lookAt(whole)).map((each) => each.key))).toEqual(new Set(keys));

  for (const [prefix, meant] of [
    ["net/AWSlogs/", "s3://logs/net/AWSLogs/"],
    ["nothing/here", null],
  ] as const) {
    const empty = await openS3({ url: `s3://logs/${prefix}`, ...settings }, { KEY: "S3RVER:S3RVER" });
    atEnd(() => empty.close());
    const { nearby } = await empty.probe(new AbortController().signal);
    expect(nearby).toEqual({ meant, flowLogs: ["s3://logs/net/"] });
  }
});
