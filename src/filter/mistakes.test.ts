import { expect, it } from "vitest";
import type { DatasetName } from "#model/datasets.js";
import { lintFilter, parseFilter } from "./index.ts";
import { mistakeOf, place } from "./mistakes.fake.ts";

const conversations = "conversations";
const flows = "flows";

// Text, carets under it, what is wrong, what to do.
it.each<[string, string, string, string | undefined, DatasetName?]>([
  // Fields
  ["sever.port = 443", "^^^^^^^^^^", "“sever.port” is no field of conversations", "Did you mean server.port?"],
  [
    "ip = ::1 and clint.ip=::1",
    "             ^^^^^^^^",
    "“clint.ip” is no field of conversations",
    "Did you mean client.ip?",
  ],
  [
    "src.ip = ::1",
    "^^^^^^",
    "“src.ip” is no field of conversations",
    "Did you mean client.ip? It is a field of flows: ask --dataset flows.",
  ],
  [
    "client.ip = ::1",
    "^^^^^^^^^",
    "“client.ip” is no field of flows",
    "Did you mean src.ip? It is a field of conversations: ask --dataset conversations.",
    flows,
  ],
  [
    "source-ip = ::1",
    "^^^^^^^^^",
    "“source-ip” is no field of flows",
    "Did you mean src.ip? It is client.ip of conversations: ask --dataset conversations.",
    flows,
  ],
  [
    "client.country = US",
    "^^^^^^^^^^^^^^",
    "“client.country” is no field of conversations",
    "It is src.country of flows: ask --dataset flows.",
  ],
  [
    "status = nodata",
    "^^^^^^",
    "“status” is no field of conversations",
    "Did you mean state? It is a field of coverage: ask --dataset coverage.",
  ],
  [
    "bytes > 1GB",
    "^^^^^",
    "“bytes” is a measure: it is counted over many rows, and a filter asks one row at a time",
    "Give the condition on it as --having. Fields of one row: client.bytes, server.bytes, attempted_bytes.",
  ],
  [
    "banana = 1",
    "^^^^^^",
    "“banana” is no field of presence",
    "Its fields are time, realm, address, hours_seen, first_seen, last_seen, roles, peers, starts, records, bytes.",
    "presence",
  ],
  [
    "src ip = ::1",
    "^^^",
    "“src” is no field of flows",
    "Fields that begin so are src.name, src.role, src.owner, src.ip, src.hop_ip, src.port, src.bytes, src.packets, src.account_id, src.network_id, src.subnet_id, src.service, …",
    "flows",
  ],
  // Values
  [
    "verdict = alowed",
    "          ^^^^^^",
    "verdict is never “alowed”",
    "Did you mean allowed? It is one of allowed, denied, dropped, mixed, observed.",
  ],
  [
    "role in (nat, natt)",
    "              ^^^^",
    "role is never “natt”",
    "Did you mean nat? It is one of nat, proxy, load_balancer, scanner, resolver, firewall.",
  ],
  ["port = 70000", "       ^^^^^", "“70000” is out of reach: port goes from 0 to 65,535", undefined],
  ["port = htps", "       ^^^^", "port is a number, and “htps” is none", "Did you mean https?"],
  [
    "port = 443/tcp",
    "       ^^^^^^^",
    "port is a number, and “443/tcp” is none",
    "For a port with its protocol write service = 443/tcp, or port = 443.",
  ],
  ["port = 9-1", "       ^^^", "“9-1” is a range that runs backwards", "Did you mean 1-9?"],
  [
    "port > 1-5",
    "       ^^^",
    "> takes one value, and “1-5” is many",
    "Write port in 1-5, or compare with one end of it.",
  ],
  ["port > (1, 2)", "       ^^^^^^", "> takes one value, not a list", undefined],
  ["protocol = tpc", "           ^^^", "protocol is a number, and “tpc” is none", "Did you mean tcp?"],
  [
    "client.bytes > 10XB",
    "               ^^^^",
    "client.bytes is a number, and “10XB” is none",
    "Write 1500, 10MB (10,000,000) or 10MiB (10,485,760), or a range.",
  ],
  ["client.bytes = 1.5", "               ^^^", "client.bytes is a whole number, and “1.5” is none", undefined],
  [
    "ip = web-1",
    "     ^^^^^",
    "“web-1” is no address, block or range of addresses",
    "Write ip = 10.0.0.1 or ip in 10.0.0.0/8. For the name of an address: name = web-1.",
  ],
  ["ip = 10/8", "     ^^^^", "“10/8” is no address, block or range of addresses", "Did you mean 10.0.0.0/8?"],
  [
    "ip in (::1, 10.0.0.x)",
    "            ^^^^^^^^",
    "“10.0.0.x” is no address, block or range of addresses",
    "Write ip = 10.0.0.1, 10.0.0.0/8 or 10.0.0.1-10.0.0.9.",
  ],
  [
    "ip = 10.0.0.9-10.0.0.1",
    "     ^^^^^^^^^^^^^^^^^",
    "“10.0.0.9-10.0.0.1” is a range that runs backwards",
    "Did you mean 10.0.0.1-10.0.0.9?",
  ],
  ["ip like 10.1.*", "   ^^^^", "like is for text, and ip is an address", "Write ip in 10.1.0.0/16."],
  [
    "service = 443",
    "          ^^^",
    "“443” is no port with a protocol",
    "Write 443/tcp or 443/udp; for either server.port = 443.",
  ],
  ["service = 53/upd", "          ^^^^^^", "“upd” is no protocol", "Did you mean 53/udp?"],
  [
    "service > 443/tcp",
    "        ^",
    "service is a port with a protocol and has no order",
    "Operators of service: =, !=, in, not in, is known, is unknown.",
  ],
  [
    "time > 2026-02-30",
    "       ^^^^^^^^^^",
    "time is a time, and “2026-02-30” is none",
    "Write 2026-03-03, 2026-03-03T14:00:00Z, now, or -2h (units s m h d w).",
  ],
  [
    'rule ~ "(?=a)"',
    "       ^^^^^^^",
    "“(?=” looks around, which these regular expressions cannot",
    "Split it in two conditions: rule ~ web and rule !~ test.",
  ],
  ["rule ~ (a|b)", "       ^^^^^", "~ takes one pattern, not a list", "Join several with or: rule ~ a or rule ~ b."],
  // Column against column
  [
    "client.ip = server.port",
    "            ^^^^^^^^^^^",
    "client.ip and server.port cannot be compared: they are of different types",
    undefined,
  ],
  [
    "client.region = region",
    "                ^^^^^^",
    "region is either end: compare one with the other, as in client.region = server.region",
    'If the text “region” is meant, put it in quotes: client.region = "region".',
  ],
  [
    "client.name = server.name",
    "              ^^^^^^^^^^^",
    "client.name comes from weir names and cannot be compared with another field",
    'If the text “server.name” is meant, put it in quotes: client.name = "server.name".',
  ],
  // Syntax
  ["", "^", "the condition is empty", "Write FIELD OPERATOR VALUE, as in server.port = 443."],
  [
    "port",
    "    ^",
    "nothing stands where an operator should, after port",
    "Write port = …, or one of != < <= > >= in, not in, like, ~, is known.",
  ],
  ["port =", "      ^", "nothing stands where a value should", undefined],
  [
    "port 443",
    "     ^^^",
    "“443” stands where an operator should, after port",
    "Write port = 443, or one of != < <= > >= in, not in, like, ~, is known.",
  ],
  ["port == 443", "     ^^", "“==” is no operator of filters", "Did you mean =?"],
  ["port <> 443", "     ^^", "“<>” is no operator of filters", "Did you mean !=?"],
  ["port: 443", "    ^", "“:” is no operator of filters", "Did you mean =?"],
  ["rule lik a", "     ^^^", "“lik” stands where an operator should, after rule", "Did you mean like?"],
  ["rule is null", "        ^^^^", "“null” stands where “known” or “unknown” should", "Did you mean unknown?"],
  ["rule is not null", "        ^^^^^^^^", "“not” stands where “known” or “unknown” should", "Did you mean known?"],
  ["rule not x", "         ^", "“x” stands where “in” or “like” should, after “not”", undefined],
  ["port = 1 && port = 2", "         ^^", "“&&” is no operator of filters", "Did you mean and?"],
  ["port = 1 an port = 2", "         ^^", "“an” stands where “and” or “or” should", "Did you mean and?"],
  ["!port = 1", "^", "“!” is no operator of filters", "Did you mean not?"],
  [
    "port = 1 port = 2",
    "         ^^^^",
    "“port” stands where “and” or “or” should",
    "Join conditions with “and” or “or”, and put quotes around a value with blanks.",
  ],
  [
    "port = 1 and",
    "            ^",
    "nothing stands where a condition should",
    "Write FIELD OPERATOR VALUE, as in server.port = 443.",
  ],
  [
    "port = 1 or or port = 2",
    "            ^^",
    "“or” stands where a condition should",
    "Write FIELD OPERATOR VALUE, as in server.port = 443.",
  ],
  ["(port = 1", "^", "the bracket is never closed", "Close it with )."],
  ["port = 1)", "        ^", "this bracket closes nothing", undefined],
  ["port in ()", "        ^^", "the list is empty", undefined],
  ["port in (1", "        ^", "the list is never closed", "Close it with )."],
  [
    "port in (1 2)",
    "           ^",
    "“2” stands where a comma or ) should",
    "Values of a list are separated by commas.",
  ],
  ["port in (1,,2)", "           ^", "“,” stands where a value of the list should", undefined],
  [
    "port in 1, 2",
    "         ^",
    "“,” stands where “and” or “or” should",
    "Put a list in brackets, as in server.port in (22, 443).",
  ],
  ['rule = "abc', "       ^^^^", "the quote is never closed", 'Close it with ".'],
  ['rule = a"b', "        ^^", "a quote stands in the middle of a value", "Put quotes around the whole value."],
  [
    "rule = “a b”",
    "          ^^",
    "“b”” stands where “and” or “or” should",
    'Straight quotes hold a value together: "web server".',
  ],
  [
    '"port" = 1',
    "^^^^^^",
    '“"port"” stands where a condition should',
    "Fields are written without quotes, as in server.port = 443.",
  ],
])("%s", (text, carets, message, next, dataset = conversations) => {
  const error = mistakeOf(() => parseFilter(text, dataset, { nowMs: 0 }));
  expect(error.message).toBe(message);
  expect(error.place).toBe(place(text, carets));
  expect(error.next).toBe(next);
});

it("cuts a long text around the place, and shows the line of it", () => {
  const long = `${"port = 1 or ".repeat(20)}prot = 1${" or port = 1".repeat(20)}`;
  const [line = "", carets = ""] = mistakeOf(() => parseFilter(long, conversations)).place!.split("\n");
  expect(line).toHaveLength(126);
  expect(line.slice(carets.indexOf("^"), carets.length)).toBe("prot");
  expect(mistakeOf(() => parseFilter("port = 1\nand\tprot = 1", conversations)).place).toBe("and prot = 1\n    ^^^^");
});

it("bounds length, depth and lists", () => {
  const nested = (depth: number): string => `${"(".repeat(depth)}port=1${")".repeat(depth)}`;
  const list = (length: number): string => `port in (${Array.from({ length }, () => 1).join()})`;
  expect(mistakeOf(() => parseFilter(nested(65), conversations)).message).toBe(
    "the filter is nested more than 64 deep",
  );
  expect(mistakeOf(() => parseFilter("not ".repeat(70) + "port=1", conversations)).message).toMatch(/nested/);
  expect(mistakeOf(() => parseFilter(list(1001), conversations)).message).toBe("the list has more than 1000 values");
  expect(mistakeOf(() => parseFilter("x".repeat(10_001), conversations)).message).toMatch(/10,001 characters/);
  expect(parseFilter(nested(64), conversations)).toMatchObject({ kind: "in" });
  expect(parseFilter(list(1000), conversations)).toMatchObject({ values: { length: 1000 } });
});

it("gives an editor every mistake, with what to write in its place", () => {
  const text = "sever.port = 443 and (verdict = alowed or port = 9-1) and";
  expect(lintFilter(text, conversations).map(({ from, to, suggestion }) => [text.slice(from, to), suggestion])).toEqual(
    [
      ["sever.port", "server.port"],
      ["alowed", "allowed"],
      ["9-1", "1-9"],
      ["", undefined],
    ],
  );
});
