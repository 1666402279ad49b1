import { describe, expect, it } from "vitest";
import { findPartitions } from "./find-partitions.ts";
import { MemoryLister, objectKey, parts } from "./memory-lister.fake.ts";
import type { ListPage, ListRequest } from "./object-lister.ts";

const START = Date.UTC(2026, 9, 30, 21);
const never = new AbortController().signal;

/** As s3rver: shows the folders alone that have an object of their own. */
class LeavingOut extends MemoryLister {
  override async list(request: ListRequest): Promise<ListPage> {
    const page = await super.list(request);
    const hasOwn = (folder: string): boolean =>
      this.keys.some((key) => key.startsWith(folder) && !key.slice(folder.length).includes("/"));
    return { ...page, folders: page.folders.filter(hasOwn) };
  }
}

describe("where flow logs lie", () => {
  it.each([
    ["a bucket of its own", "", "AWSLogs/"],
    ["folders in front", "", "teams/net/AWSLogs/"],
    ["an organisation", "", "AWSLogs/o-abc123def4/"],
    ["Control Tower", "", "o-abc123def4/AWSLogs/"],
    ["a prefix that was named", "teams/", "teams/net/AWSLogs/"],
    ["the beginning of a name", "teams/n", "teams/net/AWSLogs/"],
    ["AWSLogs itself", "AWSLogs", "AWSLogs/"],
    ["one account", "AWSLogs/100000000001/", "AWSLogs/"],
  ])("is found: %s", async (_, prefix, root) => {
    for (const isHive of root.includes("o-") ? [false] : [false, true]) {
      const lister = new MemoryLister();
      if (prefix.includes("1000") && isHive) continue;
      lister.put(objectKey(parts(1, { root, isHive }), START));
      lister.put(objectKey(parts(1, { root, isHive, region: "us-east-1" }), START));
      lister.put(`${root}100000000001/CloudTrail/eu-central-1/2026/10/30/x.json.gz`);
      lister.put(`${root}100000000001/Config/eu-central-1/2026/10/30/x.json.gz`);
      lister.put(`${root}100000000002/elasticloadbalancing/eu-central-1/2026/10/30/x.log`);
      const found = await findPartitions(lister, prefix, never);
      expect(found.partitions.map(({ account, region }) => [account, region])).toEqual([
        ["100000000001", "eu-central-1"],
        ["100000000001", "us-east-1"],
      ]);
      expect(found).toMatchObject({ isPlain: false, isPartial: false });
      expect(lister.asked.filter((asked) => /CloudTrail|Config|elastic/.test(asked))).toEqual([]);
    }
  });

  it("is found on servers that leave folders out, among thousands of other keys, with few requests", async () => {
    for (const [prefix, root] of [
      ["", "AWSLogs/"],
      ["net/", "net/AWSLogs/"],
      ["AWSLogs/100000000001/", "AWSLogs/"],
    ] as const) {
      const lister = new LeavingOut();
      for (let at = 0; at < 2500; at++) lister.put(`${prefix === "net/" ? "net/" : ""}0-copies/a/${at}.json`);
      lister.put("docs/readme.txt");
      for (const account of [1, 2])
        for (let at = 0; at < 1500; at++) lister.put(objectKey(parts(account, { root }), START - at * 300_000));
      lister.put(objectKey(parts(1, { root, region: "us-east-1" }), START));
      const found = await findPartitions(lister, prefix, never);
      expect(found).toMatchObject({ isPlain: false, isPartial: false });
      expect(found.partitions.map(({ account, region }) => `${account} ${region}`)).toEqual([
        "100000000001 eu-central-1",
        "100000000001 us-east-1",
        ...(prefix.includes("1000") ? [] : ["100000000002 eu-central-1"]),
      ]);
      expect(lister.lists).toBeLessThan(60);
    }
  });

  it("is the whole prefix where the layout is not known, and another service's prefix is refused", async () => {
    const lister = new MemoryLister();
    lister.put("copies/one.log.gz");
    expect(await findPartitions(lister, "", never)).toMatchObject({ isPlain: true, partitions: [] });
    await expect(findPartitions(lister, "AWSLogs/100000000001/CloudTrail/", never)).rejects.toMatchObject({
      code: "source-url",
    });
    // A bucket of other logs holds no flow logs, whatever else lies there.
    lister.put("AWSLogs/100000000001/CloudTrail/eu-central-1/2026/10/30/x.json.gz");
    expect(await findPartitions(lister, "", never)).toMatchObject({ isPlain: false, partitions: [] });
  });
});
