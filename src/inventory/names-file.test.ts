import fc from "fast-check";
import { expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import { readNamesFile } from "./names-file.ts";
import { writeNamesYaml } from "./names-yaml.ts";

const yaml = (...lines: readonly string[]) => readNamesFile(lines.join("\n"), "names.yaml");
const csv = (...lines: readonly string[]) => readNamesFile(lines.join("\n"), "names.csv");

function told(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    expect(error).toMatchObject({ code: "names-unreadable", kind: "input" });
    expect(error.next).not.toBe("");
    return `${error.place}: ${error.message}`;
  }
  return "nothing was thrown";
}

it("reads YAML: a list or one under names, lists of blocks, every id as the text that it is", () => {
  const entries = yaml(
    "names:",
    "  - cidr: [10.0.0.5/8, 2001:db8::1]",
    "    name: corp",
    "    role: load-balancer",
    "    owner: netops",
    "  - account: 012345678901",
    "    name: 1.10",
    "    role:",
    "    owner: ~",
    "  - { vpc: vpc-0a1b, name: 'prod: eu' }",
    "  - mac: 00-22-48-71-C2-05",
    "    name: &n vm",
    "  - subnet: subnet-1",
    "    name: *n",
  );
  expect(entries).toEqual([
    { kind: "block", target: "10.0.0.0/8", name: "corp", role: "load_balancer", owner: "netops", line: 2 },
    { kind: "block", target: "2001:db8::1", name: "corp", role: "load_balancer", owner: "netops", line: 2 },
    { kind: "account", target: "012345678901", name: "1.10", role: null, owner: null, line: 6 },
    { kind: "network", target: "vpc-0a1b", name: "prod: eu", role: null, owner: null, line: 10 },
    { kind: "interface", target: "00-22-48-71-C2-05", name: "vm", role: null, owner: null, line: 11 },
    { kind: "subnet", target: "subnet-1", name: "vm", role: null, owner: null, line: 13 },
  ]);
  expect(readNamesFile('[{"cidr": "10.0.0.1", "name": "x"}]', "names.json")).toHaveLength(1);
});

it("reads CSV: columns in any order, semicolons, quotes, comments, a byte-order mark, several blocks in a cell", () => {
  expect(
    csv(
      "\ufeff# offices",
      "name;block;role;owner",
      '"a ""b""; c";10.0.0.0/16 10.1.0.0/16;;net',
      "",
      "d;192.0.2.1;NAT;",
    ),
  ).toEqual([
    { kind: "block", target: "10.0.0.0/16", name: 'a "b"; c', role: null, owner: "net", line: 3 },
    { kind: "block", target: "10.1.0.0/16", name: 'a "b"; c', role: null, owner: "net", line: 3 },
    { kind: "block", target: "192.0.2.1", name: "d", role: "nat", owner: null, line: 5 },
  ]);
  const content = "cidr,account,name\n10.0.0.1,,a\n,123456789012,b\n";
  expect(readNamesFile(content, "standard input").map(({ kind }) => kind)).toEqual(["block", "account"]);
  expect(readNamesFile("- cidr: 10.0.0.1\n  name: a, b\n", "standard input")).toHaveLength(1);
});

it("says where and why a file is not taken", () => {
  for (const [work, expected] of [
    [() => yaml("- cidr: 10.0.0.0/8", "  name: a", "- cidr: 10.0.0.0/33", "  name: b"), "line 3: “10.0.0.0/33” is no"],
    [() => yaml("- cidr: 10.0.0.1", "  nmae: a"), "line 2: “nmae” is no field"],
    [() => yaml("- cidr: 10.0.0.1"), "line 1: an entry has no name"],
    [() => yaml("- name: a"), "line 1: an entry says nothing of what"],
    [() => yaml("- name: a", "  cidr: []"), "line 1: an entry says nothing of what"],
    [() => yaml("- name: a", "  cidr: 10.0.0.1", "  account: 1"), "line 1: an entry names two things"],
    [() => yaml("- name: a", "  cidr: 10.0.0.1", "  ip: 10.0.0.2"), "line 3: the entry has two values for cidr"],
    [() => yaml("- name: a", "  name: b"), "line 2: this is no YAML"],
    [() => yaml("- name: [a, b]", "  cidr: 10.0.0.1"), "line 1: the entry has a list for name"],
    [() => yaml("- name: {a: b}", "  cidr: 10.0.0.1"), "line 1: a value is no plain text"],
    [() => yaml("- just text"), "line 1: an entry is not a set of fields"],
    [() => yaml("cidr: 10.0.0.1", "name: a"), "line 1: this is no list of names"],
    [() => yaml("- name: 'a", "  cidr"), ": this is no YAML"],
    [() => yaml(""), "names.yaml: the file is empty"],
    [() => yaml('- name: "a\\u001b[31m"', "  cidr: 10.0.0.1"), "line 1: the name has a control character"],
    [() => yaml('- name: "a\\u202e"', "  cidr: 10.0.0.1"), "line 1: the name has a control character"],
    [() => yaml(`- name: ${"x".repeat(300)}`, "  cidr: 10.0.0.1"), "line 1: the name has 300 characters"],
    [() => yaml("- name: a", "  cidr: 10.0.0.1", "  role: nta"), "line 3: “nta” is no role"],
    [() => csv("cidr,name", "10.0.0.1,a", "10.0.0.2"), "line 3: this is no CSV"],
    [() => csv("cidr,name", '10.0.0.1,"a'), ": this is no CSV"],
    [() => csv("cidr,title", "10.0.0.1,a"), "line 1: “title” is no field"],
    [() => csv("cidr,ip,name", "10.0.0.1,,a"), "line 1: two columns are cidr"],
    [() => csv("cidr,name", "10.0.0.1,a", "nonsense,b"), "line 3: “nonsense” is no address"],
    [() => csv(""), "names.csv: the file is empty"],
    [() => yaml("[".repeat(100_000)), "names.yaml"],
  ] as const)
    expect(told(work)).toContain(expected);
});

it("throws nothing but its own errors, whatever a file holds", () => {
  const pieces = fc.constantFrom(
    "- ",
    "cidr: ",
    "name: ",
    "10.0.0.1",
    "\n",
    "  ",
    "&a ",
    "*a",
    "[",
    "{",
    "}",
    "]",
    '"',
    ",",
    "#",
    "\0",
    "\ud800",
    ":",
    "|",
    "!x ",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, fc.constantFrom("names.yaml", "names.csv", "-"), (content, source) => {
      expect(told(() => readNamesFile(content, source))).not.toBe("");
    }),
    { numRuns: 1000 },
  );
});

it("writes what it reads", () => {
  const entries = yaml(
    "- cidr: [10.0.0.0/8, '2001:db8::/32']",
    `  name: 'quo"te: # & "x" \\ 東京'`,
    "  role: nat",
    "  owner: yes",
    "- account: '0123'",
    "  name: null x",
  );
  const again = yaml([...writeNamesYaml(entries)].join(""));
  const unplaced = (list: typeof entries) => list.map((entry) => ({ ...entry, line: 0 }));
  expect(unplaced(again)).toEqual(unplaced(entries));
  expect(yaml(...writeNamesYaml([]))).toEqual([]);
});
