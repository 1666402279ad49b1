import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import { defaultConfig, findConfig, readConfig } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-config-"));
const file = join(folder, "weir.yaml");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(...lines: string[]): ReturnType<typeof readConfig> {
  writeFileSync(file, lines.join("\n"));
  return readConfig(file);
}

/** `line: message → next step` of what is wrong. */
function mistake(...lines: string[]): string {
  try {
    read(...lines);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    expect([error.code, error.kind]).toEqual(["config-wrong", "usage"]);
    const [next = ""] = (error.next ?? "").split("\n");
    return `${error.place?.replace(`${file}:`, "") ?? ""}: ${error.message} → ${next}`;
  }
  throw new Error("nothing is wrong with it");
}

describe("what is set", () => {
  it("is read with its units; folders are named from where the file lies", () => {
    const config = read(
      "listen: '[::1]:9000'",
      "auth: password",
      "sources:",
      "  - name: production",
      "    folder: ./logs",
      "    every: 30s",
      "  - { name: azure, folder: /srv/azure }",
      "limits: { query_time: 2m, query_memory: 1.5GB, query_workers: 3, upload_size: 500 MB, push_waiting: 1GB }",
      "retention: { flows: 30d, conversations: 1w }",
      "maintenance: { every: 6h, between: 22:30-05:00 }",
    );
    expect(config).toEqual({
      listen: { host: "::1", port: 9000 },
      auth: "password",
      sources: [
        { name: "production", folder: join(folder, "logs"), every: 30_000 },
        { name: "azure", folder: "/srv/azure", every: 60_000 },
      ],
      limits: {
        query_time: 120_000,
        query_memory: 1_500_000_000,
        query_workers: 3,
        upload_size: 500_000_000,
        push_waiting: 1_000_000_000,
      },
      retention: { flows: 30 * 86_400_000, conversations: 7 * 86_400_000 },
      maintenance: { every: 21_600_000, between: { from: 22 * 60 + 30, to: 300 } },
    });
  });

  it("may be nothing", () => {
    expect(read("")).toEqual(defaultConfig);
    expect(read("# nothing yet")).toEqual(defaultConfig);
    expect(defaultConfig.limits.upload_size).toBe(2_000_000_000);
  });
});

describe("a mistake", () => {
  it("names line, key and the nearest right word", () => {
    expect(mistake("listen: 127.0.0.1:8400", "", "sorces: []")).toBe(
      "3: there is no key “sorces” → Did you mean sources?",
    );
    expect(mistake("sources:", "  - name: a", "    folder: /a", "    evry: 1m")).toBe(
      "4: there is no key “evry” in sources[0] → Did you mean every?",
    );
    expect(mistake("retention:", "  flos: 3d")).toBe("2: there is no key “flos” in retention → Did you mean flows?");
    expect(mistake("limits:", "  frobnicate: 3")).toContain("Keys here are query_time, ");
  });

  it("says what a value should be", () => {
    expect(mistake("sources:", "  - name: a", "    folder: /a", "    every: soon")).toContain(
      "4: sources[0].every: “soon” is no length of time; write 30s, 5m, 1h or 2d",
    );
    expect(mistake("sources:", "  - name: a", "    folder: /a", "    every: 10ms")).toContain("10ms is too short");
    expect(mistake("listen: 8400")).toContain("1: listen: “8400” is no address and port; write 127.0.0.1:8400");
    expect(mistake("listen: 127.0.0.1:99999")).toContain("is no address and port");
    expect(mistake("limits:", "  upload_size: much")).toContain("2: limits.upload_size: “much” is no size");
    expect(mistake("limits:", "  query_workers: 0")).toContain("is no whole number from 1 to 64");
    expect(mistake("auth: maybe")).toBe("1: auth has a value that is not known → Write none or password.");
    expect(mistake("maintenance:", "  between: 25:00-26:00")).toContain("is no time of day");
  });

  it("of form is told as such", () => {
    expect(mistake("sources:", "  - folder: /a")).toContain("2: sources[0].name is missing");
    expect(mistake("sources: /srv/logs")).toContain("1: sources is written in the wrong form: it is a list");
    expect(mistake("- a", "- b")).toContain("the file is written in the wrong form");
    expect(mistake("sources:", "  - name: a", "   folder: /a")).toMatch(/^3: this is no YAML/);
    expect(mistake("sources:", "  - { name: a, folder: /a }", "  - { name: a, folder: /b }")).toBe(
      "3: two sources are called “a” → Give each source a name of its own.",
    );
  });
});

describe("all mistakes of a file", () => {
  const noPlace = (url: string): void => {
    throw new WeirError({
      code: "source-url",
      kind: "usage",
      message: `${url} names no place`,
      next: "Write s3://BUCKET.",
    });
  };
  const told = (...lines: string[]): { place: string; message: string } => {
    writeFileSync(file, lines.join("\n"));
    try {
      readConfig(file, noPlace);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      return { place: error.place ?? "", message: error.message };
    }
    throw new Error("nothing is wrong with it");
  };

  it("are told at once, by line", () => {
    const { place, message } = told(
      "sorces: []",
      "sources:",
      "  - { name: a, folder: /a, every: soon }",
      "  - name: a",
      "    url: s4://logs",
      "limits: { query_workers: 0, upload_size: much }",
      "auth: maybe",
    );
    expect(place).toBe(`${file}:1`);
    const [count = "", ...each] = message.split("\n");
    expect(count).toBe("the configuration has 7 mistakes:");
    const wanted = [
      "line 1: there is no key “sorces”. Did you mean sources?",
      "line 3: sources[0].every: “soon” is no length of time",
      "line 4: two sources are called “a”. Give each source a name",
      "line 5: sources[1].url: s4://logs names no place. Write s3://",
      "line 6: limits.query_workers: “0” is no whole number",
      "line 6: limits.upload_size: “much” is no size",
      "line 7: auth has a value that is not known. Write none or password.",
    ];
    expect(each).toEqual(wanted.map((text) => expect.stringContaining(text) as string));
  });

  it("are one where one key explains the other", () => {
    expect(mistake("sources:", "  - name: a", "    foldr: /a")).toBe(
      "3: there is no key “foldr” in sources[0] → Did you mean folder?",
    );
    expect(told("sources:", "  - name: a", "    url: s4://logs")).toEqual({
      place: `${file}:3`,
      message: "sources[0].url: s4://logs names no place",
    });
  });
});

describe("a time", () => {
  const since = (text: string): number | undefined =>
    read("sources:", `  - { name: a, url: "s3://logs", since: "${text}" }`).sources[0]?.since;

  it("is written as on the command line", () => {
    const day = Date.UTC(2026, 0, 31);
    expect(["2026-01-31", "2026-01-31 12:00", "2026-01-31T12:00:00+01:00"].map(since)).toEqual([
      day,
      day + 12 * 3_600_000,
      day + 11 * 3_600_000,
    ]);
    expect(mistake("sources:", '  - { name: a, url: "s3://x", since: 2026-02-31 }')).toMatch(
      /^2: sources\[0\]\.since: “2026-02-31” is no time → Write 2026-03-03, .* or -2h/,
    );
  });

  it("that is relative is so to when the file was written: what is not read yet does not grow too old for it", () => {
    const writtenMs = Date.UTC(2026, 5, 1);
    read("sources:", "  - { name: a, url: s3://logs, since: -7d }");
    utimesSync(file, writtenMs / 1000, writtenMs / 1000);
    expect(readConfig(file).sources[0]?.since).toBe(writtenMs - 7 * 86_400_000);
  });
});

describe("a source that others push to", () => {
  const pushed = (...more: string[]): string[] => ["sources:", "  - name: edge", "    push: firehose", ...more];

  it("has a key that is named, not written down", () => {
    expect(read(...pushed("    access_key: env:EDGE_KEY")).sources[0]).toMatchObject({
      name: "edge",
      push: "firehose",
      access_key: "env:EDGE_KEY",
    });
    expect(mistake(...pushed("    access_key: 0123456789abcdef"))).toContain(
      "4: sources[0].access_key: secrets do not stand here; write env:NAME or file:/path",
    );
    expect(mistake(...pushed())).toContain("3: sources[0].push: who sends needs a key; write access_key: env:NAME");
  });

  it("has a name for an address, and nothing of other sources", () => {
    expect(mistake("sources:", "  - { name: The Edge, push: any, access_key: env:K }")).toContain(
      "2: sources[0].name: “The Edge” is no name for an address",
    );
    expect(mistake(...pushed("    access_key: env:K", "    region: eu-west-1"))).toContain(
      "5: sources[0].region: this key is not for a source with push",
    );
    expect(mistake("sources:", "  - { name: a, folder: /a, access_key: env:K }")).toContain(
      "sources[0].access_key: this key is not for a source with folder",
    );
    expect(mistake("sources:", "  - { name: a, push: every, access_key: env:K }")).toContain("Write firehose or any.");
  });
});

describe("which file", () => {
  it("is the one named, else the environment's, else the lake's own if it is there", () => {
    const where = { env: {}, cwd: "/srv", dataDir: folder };
    rmSync(file, { force: true });
    expect(findConfig(undefined, where)).toBeUndefined();
    writeFileSync(file, "");
    expect(findConfig(undefined, where)).toBe(file);
    expect(findConfig(undefined, { ...where, env: { WEIR_CONFIG: "other.yaml" } })).toBe("/srv/other.yaml");
    expect(findConfig("named.yaml", { ...where, env: { WEIR_CONFIG: "other.yaml" } })).toBe("/srv/named.yaml");
  });

  it("is told when it cannot be read", () => {
    expect(() => readConfig(join(folder, "none.yaml"))).toThrow(expect.objectContaining({ code: "config-unreadable" }));
  });
});
