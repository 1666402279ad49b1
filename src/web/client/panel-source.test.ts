import { describe, expect, it } from "vitest";
import { exportLinkSchema } from "#api/contract/index.js";
import { curlCommand, exportLink, questionSource, rowsSource, whySource } from "./panel-source.ts";

describe("a panel's menu", () => {
  it("asks on the command line what the panel asks", () => {
    const { command } = questionSource({
      filter: "verdict = denied and name = 'a b'",
      by: ["client_ip", "service"],
      measures: ["denied", "bytes"],
      from: "2026-03-03T00:00Z",
      having: ["bytes > 1GB"],
      limit: 8,
      others: false,
    });
    expect(command).toBe(
      `weir query 'verdict = denied and name = '\\''a b'\\''' --by client_ip,service --measure denied,bytes --from 2026-03-03T00:00Z --having 'bytes > 1GB' --top 8 --no-others`,
    );
    expect(questionSource({ measures: ["bytes"] }).command).toBe("weir query --measure bytes");
    expect(rowsSource({ dataset: "flows", filter: " ", to: "2026-03-03" }).command).toBe(
      "weir export --dataset flows --to 2026-03-03 --order time --output flows.csv",
    );
    expect(whySource({ client: "10.0.0.1", server: "db 1:5432", from: "-1h" }).command).toBe(
      "weir why 10.0.0.1 'db 1:5432' --from=-1h",
    );
  });

  it("asks with curl, and never has a token in it", () => {
    const source = questionSource({ filter: "name = 'x'" });
    const line = curlCommand(source, "https://weir.example", true);
    expect(line).toContain('"authorization: Bearer $WEIR_TOKEN"');
    expect(line).toContain(`--data-raw '{"filter":"name = '\\''x'\\''"}' https://weir.example/api/v1/query`);
    expect(curlCommand(source, "http://127.0.0.1:8400", false)).not.toContain("authorization");
  });

  it("links to downloads that the server understands", () => {
    const { rows } = questionSource({
      by: ["client_ip", "service"],
      measures: ["bytes"],
      having: ["bytes > 1"],
      limit: 3,
    });
    const link = new URL(exportLink(rows ?? {}, "csv"), "http://x");
    expect(exportLinkSchema.parse(Object.fromEntries(link.searchParams))).toEqual({
      format: "csv",
      by: "client_ip,service",
      measures: "bytes",
      having: "bytes > 1",
      limit: "3",
      spreadsheet: "true",
    });
    expect(exportLink(rowsSource({ dataset: "flows", filter: "a = 1 & b" }).rows ?? {}, "jsonl")).toBe(
      "/api/v1/export?format=jsonl&dataset=flows&filter=a+%3D+1+%26+b&order=time",
    );
  });
});
