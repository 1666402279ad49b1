import { describe, expect, it } from "vitest";
import { overlap, remotePlace } from "./settings.ts";

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

describe("two places", () => {
  const both = (one: string, other: string): boolean[] => [
    overlap(remotePlace(one), remotePlace(other)),
    overlap(remotePlace(other), remotePlace(one)),
  ];

  it.each([
    ["azblob://acct/flows", "azblob://acct/flows/resourceId=/"],
    ["azblob://acct/flows/flowLog", "azblob://acct/flows/flowLogResourceID=/"],
    ["s3://logs", "s3://logs/AWSLogs/"],
    ["s3://logs/AWS", "s3://logs/AWSLogs/"],
    ["gs://logs/a", "gs://logs/a"],
  ])("name the same objects: %s and %s", (one, other) => {
    expect(both(one, other)).toEqual([true, true]);
  });

  it.each([
    ["azblob://acct/flows", "azblob://acct/flows2"],
    ["azblob://acct/flows", "azblob://other/flows/resourceId=/"],
    ["azblob://acct/flows/a/", "azblob://acct/flows/b/"],
    ["s3://logs", "s3://logs2/AWSLogs/"],
    ["s3://logs", "gs://logs"],
    // Accounts may have log groups of the same name.
    ["cloudwatch://eu-central-1/aws/vpc", "cloudwatch://eu-central-1/aws/vpc"],
  ])("name no object together: %s and %s", (one, other) => {
    expect(both(one, other)).toEqual([false, false]);
  });
});
