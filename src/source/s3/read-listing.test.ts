import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { listObjects } from "./list-objects.ts";
import { readListing, type Listing } from "./read-listing.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const ROOT = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
const listing = (inner: string): string => `${HEAD}${ROOT}${inner}</ListBucketResult>`;

/** A client of the SDK to which every answer is this one. */
function clientOf(xml: string, statusCode = 200): S3Client {
  const handle = async (): Promise<{ response: object }> => ({
    response: { statusCode, headers: {}, body: Readable.from([Buffer.from(xml)]) },
  });
  return new S3Client({
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: { handle } as never,
  });
}

/** What the SDK's own reader makes of it, of all that we use. */
async function bySdk(xml: string): Promise<Listing> {
  const found = await clientOf(xml).send(new ListObjectsV2Command({ Bucket: "logs" }));
  const { Contents, CommonPrefixes, EncodingType, IsTruncated, NextContinuationToken } = found;
  const contents = Contents?.map(({ Key, LastModified, ETag, Size, StorageClass, RestoreStatus }) => {
    const until = RestoreStatus?.RestoreExpiryDate;
    return { Key, LastModified, ETag, Size, StorageClass, RestoreStatus: until && { RestoreExpiryDate: until } };
  });
  return { Contents: contents, CommonPrefixes, EncodingType, IsTruncated, NextContinuationToken };
}

const escapes: readonly ((text: string) => string)[] = [
  (text) => text.replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`),
  (text) => text.replace(/[&<>"']/gu, (c) => `&#x${c.codePointAt(0)?.toString(16)};`),
  (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
];
// Text that XML can hold, with much of what means something in it.
const text = fc
  .array(
    fc.oneof(fc.constantFrom("&", "<", ">", '"', "'", " ", "%0A", "+", "/", "]]>", "&amp;", "ü", "🦆"), fc.string()),
  )
  .map((parts) => parts.join("").replaceAll(/[^\u0020-\uD7FF\u{10000}-\u{10FFFF}]/gu, ""));
const written = fc.tuple(text, fc.constantFrom(...escapes)).map(([value, escape]) => escape(value));
const element = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  value.map((inner) => `<${name}>${inner}</${name}>`);
const time = fc
  .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
  .chain((date) => fc.constantFrom(date.toISOString(), date.toISOString().replace(/\.\d+/, "")));
const space = fc.constantFrom("", "", "\n  ");

/** Some of these elements, in any order, perhaps on lines of their own. */
const some = (...elements: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.tuple(...elements), space)
    .chain(([all, gap]) => fc.shuffledSubarray(all).map((few) => few.map((one) => gap + one).join("") + gap));

const object = some(
  element("Key", written),
  element("LastModified", time),
  element("ETag", written),
  element("Size", fc.nat().map(String)),
  element("StorageClass", fc.constantFrom("STANDARD", "GLACIER", "DEEP_ARCHIVE")),
  element("Owner", some(element("ID", written), element("DisplayName", written))),
  element(
    "RestoreStatus",
    some(element("IsRestoreInProgress", fc.constantFrom("true", "false")), element("RestoreExpiryDate", time)),
  ),
  element("ChecksumAlgorithm", fc.constantFrom("CRC64NVME", "SHA256")),
).filter((inner) => inner.trim() !== "");
const page = fc
  .tuple(
    some(
      element("Name", written),
      element("Prefix", written),
      element("EncodingType", fc.constant("url")),
      element("IsTruncated", fc.constantFrom("true", "false")),
      element("NextContinuationToken", written),
      element("KeyCount", fc.nat().map(String)),
      fc.constant("<Delimiter/>"),
    ),
    fc.array(element("Contents", object), { maxLength: 4 }),
    fc.array(element("CommonPrefixes", element("Prefix", written)), { maxLength: 3 }),
  )
  .map(([head, contents, prefixes]) => listing(head + contents.join("") + prefixes.join("")));

describe("an answer to ListObjectsV2", () => {
  it("is read as the SDK reads it", async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(page, async (xml) => {
        const own = readListing(xml);
        if (own === undefined) return;
        plain++;
        expect(own).toEqual(await bySdk(xml));
      }),
      { numRuns: 300 },
    );
    // All but those with an element that has nothing but line ends in it.
    expect(plain).toBeGreaterThan(150);
  });

  it("is as the SDK reads it, or left to the SDK, when any part of it is damaged", async () => {
    const damage = fc.tuple(
      page,
      fc.nat(),
      fc.nat(12),
      fc.constantFrom("", "<", ">", "&", "/", "<!-- -->", "<Key>", "\r"),
    );
    await fc.assert(
      fc.asyncProperty(damage, async ([xml, seed, length, put]) => {
        const at = seed % xml.length;
        const damaged = xml.slice(0, at) + put + xml.slice(at + length);
        const own = readListing(damaged);
        if (own !== undefined) expect(own).toEqual(await bySdk(damaged));
      }),
      { numRuns: 500 },
    );
  });

  it("is left to the SDK in a form that is not known", async () => {
    const key = "<Contents><Key>a</Key></Contents>";
    const forms = [
      listing(`<!-- -->${key}`),
      listing("<Contents><Key><![CDATA[a]]></Key></Contents>"),
      listing(`<Contents><Key x="1">a</Key></Contents>`),
      listing("<Contents><Key>a</Key><LastModified>yesterday</LastModified></Contents>"),
      listing("<Contents><Key>&unknown;</Key></Contents>"),
      listing("<Contents><Key>a</Key><Key>b</Key></Contents>"),
      `${HEAD}${ROOT}${key}`,
      `${HEAD}<Error><Code>SlowDown</Code></Error>`,
    ];
    for (const xml of forms) expect(readListing(xml)).toBeUndefined();
    const answer = await listObjects(clientOf(forms[1] ?? ""), { Bucket: "logs" }, new AbortController().signal);
    expect(answer.Contents).toMatchObject([{ Key: "a" }]);
  });

  it("is an error where it holds one, whatever its status", async () => {
    const xml = `${HEAD}<Error><Code>SlowDown</Code><Message>Reduce</Message></Error>`;
    const never = new AbortController().signal;
    for (const status of [200, 503])
      await expect(listObjects(clientOf(xml, status), { Bucket: "logs" }, never)).rejects.toThrow(/Reduce|SlowDown/);
  });
});
