import { spawnSync } from "node:child_process";
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPlace } from "./weir-process.ts";

const { folder, weir } = newPlace();
const home = realpathSync(folder);
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);

const interfaces = {
  NetworkInterfaces: [
    {
      NetworkInterfaceId: "eni-0a1b2c3d",
      InterfaceType: "nat_gateway",
      Description: "Interface for NAT Gateway nat-1",
      PrivateIpAddress: "10.0.0.1",
      PrivateIpAddresses: [{ PrivateIpAddress: "10.0.0.1", Association: { PublicIp: "198.51.100.1" } }],
      TagSet: [{ Key: "Name", Value: "egress \u001b[31mred" }],
    },
  ],
};

beforeAll(() => {
  write("names.yaml", "- cidr: 10.0.0.0/8\n  name: corp\n  owner: netops\n- account: 123456789012\n  name: prod\n");
  write("offices.csv", "cidr,name,role\n10.0.0.0/24,berlin,\n192.0.2.0/24,paris,scanner\n");
  write("nics.json", JSON.stringify(interfaces));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const list = (...args: readonly string[]) =>
  JSON.parse(weir(["names", "list", "--json", ...args]).stdout) as Record<string, unknown>[];
const show = (asked: string) => JSON.parse(weir(["names", "show", asked, "--json"]).stdout) as Record<string, unknown>;

describe("before any log was read", () => {
  it("takes names, files of both forms and what clouds print", () => {
    const added = weir(["names", "add", "names.yaml", "offices.csv"]);
    expect([added.status, added.stdout]).toEqual([
      0,
      `2 names from ${home}/names.yaml\n2 names from ${home}/offices.csv\n`,
    ]);
    const learned = weir(["names", "learn", "nics.json", "--json"]);
    expect([learned.status, JSON.parse(learned.stdout)]).toEqual([
      0,
      [
        {
          source: `${home}/nics.json`,
          names: 3,
          replaced: 0,
          new: true,
          interfaces: 1,
          found: { interfaces: 1 },
          unnamed: 0,
          unknown: 0,
        },
      ],
    ]);
  });

  it("lists them, addresses first, and lets no control sequence through", () => {
    expect(list().map(({ kind, target, origin, line }) => [kind, target, origin, line])).toEqual([
      ["block", "10.0.0.0/8", "written", 1],
      ["block", "10.0.0.0/24", "written", 2],
      ["block", "10.0.0.1", "learned", null],
      ["block", "192.0.2.0/24", "written", 3],
      ["block", "198.51.100.1", "learned", null],
      ["account", "123456789012", "written", 4],
      ["interface", "eni-0a1b2c3d", "learned", null],
    ]);
    for (const format of ["table", "csv", "jsonl", "json"])
      expect(weir(["names", "list", "--format", format]).stdout).not.toContain("\u001b");
    expect(list("--source", "offices.csv")).toHaveLength(2);
  });

  it("shows who an address is, and who says so: the smallest block first", () => {
    expect(show("10.0.0.1")).toMatchObject({
      asked: "10.0.0.1",
      name: "egress [31mred",
      role: "nat",
      matches: [{ target: "10.0.0.1" }, { target: "10.0.0.0/24" }, { target: "10.0.0.0/8" }],
      interfaces: [{ id: "eni-0a1b2c3d", addresses: ["10.0.0.1"], role: "nat" }],
    });
    expect(show("10.0.0.0/25")).toMatchObject({ name: "berlin" });
    expect(show("123456789012")).toMatchObject({ name: "prod", interfaces: [] });
    expect(show("203.0.113.1")).toMatchObject({ name: null, matches: [] });
    const shown = weir(["names", "show", "eni-0a1b2c3d"]).stdout;
    expect(shown).toContain("interface eni-0a1b2c3d (egress [31mred), nat: 10.0.0.1");
    expect(weir(["names", "show", "\u001b[31m"]).stdout).toBe("\\x1b[31m: nobody has named it\n");
  });

  it("reads logs into the same lake afterwards, and the names stay", () => {
    expect(weir(["ingest", "logs"]).status).toBe(0);
    expect(list()).toHaveLength(7);
  });
});

describe("a source", () => {
  it("is its file, by whatever path", () => {
    symlinkSync(join(folder, "offices.csv"), join(folder, "link.csv"));
    write("offices.csv", "cidr,name\n10.0.0.0/24,hamburg\n");
    expect(weir(["names", "add", "link.csv"]).stdout).toBe(
      `1 name from ${home}/offices.csv, in place of 2 names\nConversations of 2 hours are to be made anew: weir store derive\n`,
    );
    expect(show("10.0.0.9")).toMatchObject({ name: "hamburg" });
    expect(show("192.0.2.1")).toMatchObject({ name: null });
  });

  it("can be standard input or several files under one name", () => {
    const piped = weir(["names", "learn", "-", "--source", "nics"], { input: JSON.stringify(interfaces) });
    expect(piped.stdout).toMatch(/^3 names from nics\n/);
    expect(weir(["names", "add", "names.yaml", "offices.csv", "--source", "mine"]).stdout).toMatch(
      /^3 names from mine\n/,
    );
    expect(weir(["names", "remove", "mine"]).stdout).toBe("3 names from mine are gone\n");
    const unnamed = weir(["names", "add", "-"], { input: "- cidr: 10.0.0.1\n  name: a\n" });
    expect([unnamed.status, unnamed.stderr]).toEqual([2, expect.stringContaining("Add --source")]);
    expect(JSON.parse(weir(["names", "remove", "nics", "--json"]).stdout)).toEqual({
      source: "nics",
      names: 3,
      interfaces: 1,
    });
  });

  it("may be UTF-16, as PowerShell writes it", () => {
    write("wide.json", Buffer.from(`\ufeff${JSON.stringify(interfaces)}`, "utf16le"));
    expect(weir(["names", "learn", "wide.json"]).stdout).toMatch(/^3 names from/);
    expect(weir(["names", "remove", "wide.json"]).status).toBe(0);
  });

  it("that is none is told, with those that there are", () => {
    const removed = weir(["names", "remove", "name.yaml"]);
    expect([removed.status, removed.stderr]).toEqual([2, expect.stringContaining("Sources: ")]);
  });
});

it("loads nothing when one of the files is wrong, and says where and why", () => {
  const before = list();
  write("bad.yaml", "- cidr: 10.0.0.0/8\n  name: other\n- cidr: 10.0.0.0/64\n  name: b\n");
  mkdirSync(join(folder, "a-folder"));
  const run = weir(["names", "add", "offices.csv", "bad.yaml"]);
  expect([run.status, run.stdout]).toEqual([3, ""]);
  expect(run.stderr).toContain(
    "weir: “10.0.0.0/64” is no address and no block of addresses\n  at    bad.yaml, line 3\n  next",
  );
  for (const [command, file, told] of [
    ["add", "none.yaml", "cannot be read"],
    ["add", "a-folder", "it is a folder"],
    ["add", "nics.json", "use `weir names learn`"],
    ["learn", "names.yaml", "is for `weir names add`"],
    ["learn", "offices.csv", "is for `weir names add`"],
  ] as const) {
    const failed = weir(["names", command, file]);
    expect([failed.status, failed.stderr]).toEqual([3, expect.stringContaining(told)]);
  }
  expect(list()).toEqual(before);
});

it("exports a names.yaml that says the same", () => {
  const exported = weir(["names", "export"]).stdout;
  write("exported.yaml", exported);
  const lake = join(folder, "other");
  expect(weir(["names", "add", "exported.yaml", "--data", lake]).status).toBe(0);
  expect(weir(["names", "export", "--data", lake]).stdout).toBe(exported);
  expect(exported).toContain('- cidr: "10.0.0.1"\n  name: "egress [31mred"\n  role: nat\n');
  expect(weir(["names", "export", "--source", "names.yaml"]).stdout).not.toContain("eni-");
});

describe("completion", () => {
  const script = (shell: string): string => weir(["completion", shell]).stdout;

  it("is a valid bash script that completes commands, options and choices", () => {
    write("weir.bash", script("bash"));
    const bash = (...args: readonly string[]) => spawnSync("bash", args, { cwd: folder, encoding: "utf8" });
    expect(bash("-n", "weir.bash")).toMatchObject({ status: 0, stderr: "" });
    const complete = (...words: readonly string[]): string[] => {
      const code = 'source weir.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _weir; echo "${COMPREPLY[@]}"';
      const run = bash("-c", code, "bash", ...words);
      expect(run.stderr).toBe("");
      return run.stdout.trim().split(" ");
    };
    expect(complete("weir", "")).toEqual(expect.arrayContaining(["top", "ingest", "names", "completion", "help"]));
    expect(complete("weir", "na")).toEqual(["names"]);
    expect(complete("weir", "names", "l")).toEqual(["learn", "list"]);
    expect(complete("weir", "--color", "never", "names", "add", "--s")).toEqual(["--source"]);
    expect(complete("weir", "top", "--format", "j")).toEqual(["json", "jsonl"]);
    expect(complete("weir", "top", "-")).toEqual(expect.arrayContaining(["--by", "--limit", "-n", "--color"]));
    expect(complete("weir", "completion", "z")).toEqual(["zsh"]);
    expect(complete("weir", "help", "sto")).toEqual(["store"]);
    expect(complete("weir", "ingest", "./lo")).toEqual([""]);
  });

  it("has scripts for zsh and fish with every command, and tells how to install them", () => {
    for (const shell of ["zsh", "fish"])
      for (const word of ["learn", "malformed", "jsonl", "source"]) expect(script(shell)).toContain(word);
    const help = weir(["completion", "--help"]).stdout;
    for (const word of ["~/.bashrc", "~/.zshrc", "weir.fish"]) expect(help).toContain(word);
    expect(weir(["completion", "csh"]).status).toBe(2);
  });
});
