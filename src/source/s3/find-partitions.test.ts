import { describe, expect, it } from "vitest";
import { findPartitions } from "./find-partitions.ts";
import { MemoryLister, objectKey, parts } from "./memory-lister.fake.ts";

const START = Date.UTC(2026, 9, 30, 21);
const never = new AbortController().signal;

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
