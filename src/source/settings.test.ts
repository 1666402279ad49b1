import { describe, expect, it } from "vitest";
import { remotePlace } from "./settings.ts";

describe("the name of a place", () => {
  // A source by another name is another source: growing blobs that were read under the first would be counted again.
  it.each([
    ["azblob://acct/flows", "azblob://acct/flows/"],
    ["azblob://acct/flows", "AZBLOB://Acct/flows"],
    ["azblob://acct/flows/resourceId=/", " azblob://acct/flows/resourceId=/ "],
    ["s3://logs", "s3://logs/"],
    ["gs://logs", "gs://logs/"],
  ])("is the same for %s and %s", (one, other) => {
    expect(remotePlace(other)).toEqual(remotePlace(one));
  });

  it.each([
    ["azblob://acct/flows/a", "azblob://acct/flows/a/"],
    ["s3://logs/a", "s3://logs/a/"],
    ["cloudwatch://eu-central-1/aws/vpc", "cloudwatch://eu-central-1//aws/vpc"],
  ])("is not the same for %s and %s", (one, other) => {
    expect(remotePlace(other)).not.toEqual(remotePlace(one));
  });
});
