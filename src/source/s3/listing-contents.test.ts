import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { expect, it } from "vitest";
import { serveHttp, type Told } from "../../../test/clouds/http-service.ts";
import { atEnd } from "../../../test/clouds/opened.ts";
import { s3Client } from "../../../test/clouds/s3-client.ts";
import { xmlDocument, type XmlValue } from "../../../test/clouds/xml.ts";
import { readContentsOf, splitListing } from "./listing-contents.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
// The SDK takes a text of line ends alone for none.
const key = fc
  .string({ unit: fc.oneof(fc.constantFrom("<", ">", "&", '"', "'", "\n", "\r", "]]>", "%", "&amp;"), unicode()) })
  .map((text) => `k${text}`);
const time = fc
  .date({ noInvalidDate: true, min: new Date("1970-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z") })
  .chain((date) => fc.constantFrom(date.toISOString(), `${date.toISOString().slice(0, 19)}Z`));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const object = fc
  .record({
    Key: key,
    LastModified: time,
    Size: fc.maxSafeNat(),
    ETag: maybe(fc.string({ unit: "grapheme-ascii" }).map((hex) => `"${hex}"`)),
    StorageClass: maybe(fc.constantFrom("STANDARD", "GLACIER")),
    ChecksumAlgorithm: maybe(fc.constant(["CRC32", "SHA256"])),
    Owner: maybe(fc.record({ ID: key, DisplayName: fc.constantFrom("", "logs & more") })),
    RestoreStatus: maybe(
      fc.record({ IsRestoreInProgress: fc.constantFrom("true", "false"), RestoreExpiryDate: maybe(time) }),
    ),
  })
  .chain((fields) => fc.shuffledSubarray(Object.entries(fields), { minLength: Object.keys(fields).length }))
  .map((entries) => Object.fromEntries(entries) as { readonly [name: string]: XmlValue });
const listing = fc
  .record({
    folders: fc.array(key),
    objects: fc.array(object),
    token: maybe(key),
    isUrl: fc.boolean(),
    foldersFirst: fc.boolean(),
    isIndented: fc.boolean(),
  })
  .map(({ folders, objects, token, isUrl, foldersFirst, isIndented }) => {
    const CommonPrefixes = folders.map((Prefix) => ({ Prefix }));
    const xml = xmlDocument("ListBucketResult", NAMESPACE, {
      Name: "logs",
      EncodingType: isUrl ? "url" : undefined,
      IsTruncated: token !== undefined,
      NextContinuationToken: token,
      ...(foldersFirst ? { CommonPrefixes, Contents: objects } : { Contents: objects, CommonPrefixes }),
    });
    // Between elements, and not within texts: these have no tags.
    return isIndented
      ? xml.replaceAll(/>(?=<[A-Z]|<\/(?:Contents|Owner|RestoreStatus|ListBucketResult)>)/g, ">\n  ")
      : xml;
  });

function unicode(): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
}

/** What each of the two readers makes of the same answer. */
async function both(told: () => Told): Promise<{ ours: () => Promise<unknown>; sdks: () => Promise<unknown> }> {
  const server = await serveHttp(async () => told());
  atEnd(() => server.close());
  const client = s3Client(server);
  const facts = (
    { $metadata: _metadata, Contents, ...rest }: ListObjectsV2CommandOutput,
    contents = Contents ?? [],
  ): unknown => ({
    ...rest,
    // Who owns an object, and its checksums, nobody asks for.
    Contents: contents.map(({ Owner: _owner, ChecksumAlgorithm: _checksums, ...object }) => object),
  });
  return {
    ours: async () => {
      const command = new ListObjectsV2Command({ Bucket: "logs" });
      const contents = readContentsOf(command);
      const answer = await client.send(command);
      return facts(answer, contents()?.slice());
    },
    sdks: async () => facts(await client.send(new ListObjectsV2Command({ Bucket: "logs" }))),
  };
}

it("reads listings as the SDK reads them", async () => {
  let xml = "";
  const { ours, sdks } = await both(() => ({ status: 200, body: xml }));
  await fc.assert(
    fc.asyncProperty(listing, async (written) => {
      xml = written;
      expect(splitListing(xml)).toBeDefined();
      expect(await ours()).toEqual(await sdks());
    }),
    { numRuns: 200 },
  );
});

const plain =
  "<Contents><Key>a</Key><LastModified>2026-10-30T21:00:00.000Z</LastModified><ETag>&#34;x&#34;</ETag><Size>3</Size></Contents>";
const around = (contents: string): string => `<ListBucketResult xmlns="${NAMESPACE}">${contents}</ListBucketResult>`;

it.each([
  ["a comment", `<!-- ${plain} -->`],
  ["text that is marked as such", plain.replace("a<", "<![CDATA[a<b]]><")],
  ["an attribute", plain.replace("<Key>", '<Key lang="en">')],
  ["an object with an attribute", plain.replace("<Contents>", '<Contents kind="x">') + plain],
  ["an empty object", `<Contents/>${plain}`],
  ["an element of unknown form", plain.replace("<Key>", "<More><Key>b</Key></More><Key>")],
  ["a time with an offset", plain.replace("000Z", "000+02:00")],
  ["an object without a size", plain.replace("<Size>3</Size>", "")],
  ["line ends of two characters", `\r\n${plain}`],
])("leaves a listing with %s to the SDK", async (_, contents) => {
  const body = around(contents);
  expect(splitListing(around(plain))?.contents).toHaveLength(1);
  expect(splitListing(body)).toBeUndefined();
  const { ours, sdks } = await both(() => ({ status: 200, body }));
  expect(await ours()).toEqual(await sdks());
});

it("reads characters beyond the first 65,536 by their numbers", () => {
  expect(splitListing(around(plain.replace(">a<", ">&#x1F600;&#128512;&#x110000;&unknown;<")))?.contents[0]?.Key).toBe(
    "😀😀&#x110000;&unknown;",
  );
});

it.each([
  [
    "an error with status 200",
    { status: 200, body: "<Error><Code>InternalError</Code><Message>again</Message></Error>" },
  ],
  ["a status", { status: 403, body: "<Error><Code>AccessDenied</Code><Message>no</Message></Error>" }],
  ["a listing that breaks off", { status: 200, body: around(plain).slice(0, 120) }],
  ["no listing", { status: 200, body: "please sign in" }],
])("fails as the SDK fails on %s", async (_, told) => {
  const { ours, sdks } = await both(() => told);
  const outcome = async (asked: Promise<unknown>): Promise<unknown> =>
    asked.catch((error: Error) => `${error.name}: ${error.message}`);
  expect(await outcome(ours())).toEqual(await outcome(sdks()));
  expect(await outcome(ours())).toMatch(/^\w+: /);
});
