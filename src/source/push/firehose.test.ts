import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { thrownCode } from "#base/error-code.fake.js";
import { openFirehose } from "./firehose.ts";
import { openBody } from "./plain-body.ts";

const shape = { fields: 14, isDefault: true };
const line = (number: number): string =>
  `2 123456789012 eni-0a1b2c3d 10.0.0.${number % 250} 10.0.1.1 1024 443 6 1 ${number} 1772539200 1772539259 ACCEPT OK`;
const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");

function open(records: readonly unknown[], extra: object = {}): { lines: string; records: string[]; id: string } {
  const body = Buffer.from(JSON.stringify({ requestId: "r", timestamp: 1, records, ...extra }));
  const { content, requestId } = openFirehose(body, "header", shape);
  const kept = String(content.records)
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => (JSON.parse(text) as { data: string }).data);
  return { lines: String(content.lines), records: kept, id: requestId };
}

describe("records that are plainly lines", () => {
  it("become lines, however they are wrapped", () => {
    const wrapped = (number: number): string => `{"message":"${line(number)}"}`;
    const { lines, records } = open([
      { data: base64(wrapped(1)) },
      { data: base64(`${wrapped(2)}\n`) },
      { data: base64(wrapped(3) + wrapped(4)) },
      { data: base64(`${wrapped(5)}\n${wrapped(6)}\n`) },
      { data: base64(line(7)) },
      { data: base64(`${line(8)}\r\n\n${line(9)}\n`) },
    ]);
    expect(lines).toBe([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${line(number)}\n`).join(""));
    expect(records).toEqual([]);
  });
});

describe("everything else", () => {
  const odd: Readonly<Record<string, string>> = {
    nothing: "",
    "a blank line": base64("\n\n"),
    "gzip of CloudWatch": base64(gzipSync('{"messageType":"CONTROL_MESSAGE"}')),
    "a message of CloudWatch": base64('{"messageType":"DATA_MESSAGE","logEvents":[]}'),
    "an object with more in it": base64(`{"message":"${line(1)}","more":1}`),
    "an escaped quote": base64('{"message":"2 \\"quoted\\""}'),
    "an object that is cut": base64(`{"message":"${line(1)}`),
    "a line and an object": base64(`${line(1)}\n{"message":"x"}`),
    "a header": base64(
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
    ),
    "a comment": base64(`# ${line(1)}`),
    "a field too many": base64(`${line(1)} x`),
    "two spaces": base64(line(1).replace(" ", "  ")),
    "a control character": base64(line(1).replace("OK", "O\u0001")),
    "no ASCII": base64(line(1).replace("OK", "ÖK")),
    "no base64": "%%%not base64%%%",
    "base64 with junk": `${base64(line(1)).slice(0, 20)}!!!!${base64(line(1)).slice(20)}`,
  };
  it.each(Object.entries(odd))("stays as it came: %s", (_, data) => {
    expect(open([{ data }, { data: base64(line(5)) }])).toMatchObject({ lines: `${line(5)}\n`, records: [data] });
  });

  it("is kept even where it is no record", () => {
    expect(open([{ dta: 1 }, 7, null, { data: 5 }]).records).toEqual(['{"dta":1}', "7", "null", '{"data":5}']);
  });
});

it("takes the request id of the body, else that of the header", () => {
  expect(open([]).id).toBe("r");
  expect(open([], { requestId: undefined }).id).toBe("header");
});

it("says what is no request", () => {
  const code = (text: string, header?: string): unknown =>
    thrownCode(() => openFirehose(Buffer.from(text), header, shape));
  for (const text of [
    "",
    "{",
    "[]",
    "null",
    "7",
    '{"records":[]}',
    '{"requestId":"x"}',
    '{"requestId":"x","records":{}}',
  ])
    expect([text, code(text)]).toEqual([text, "bad-envelope"]);
  expect(code(`{"requestId":"${"x".repeat(2000)}","records":[]}`)).toBe("bad-envelope");
});

it("loses nothing: each record is all in lines or all in records", () => {
  const text = fc.oneof(
    fc.nat(1000).map((number) => line(number)),
    fc.nat(1000).map((number) => `{"message":"${line(number)}"}`),
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.nat(99).map((number) => `${line(number)}\n${line(number + 1)}`),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
      const { lines, records } = open(texts.map((each) => ({ data: base64(each) })));
      const expected = texts.filter((each) => each.startsWith("2 ") || each.startsWith('{"message":"2 '));
      const plain = expected.flatMap((each) => each.replace(/^\{"message":"(.*)"\}$/, "$1").split("\n"));
      expect(lines).toBe(plain.map((each) => `${each}\n`).join(""));
      expect(records).toEqual(texts.filter((each) => !expected.includes(each)).map((each) => base64(each)));
    }),
  );
});

describe("a body of any format", () => {
  const open = (text: string | Buffer, name = ""): string => {
    const { lines, records, file } = openBody(Buffer.from(text), name, shape);
    return [lines, records, file]
      .map((part) => (part === undefined || part.length === 0 ? "-" : String(part)))
      .join("|");
  };

  it("is lines, JSON to be put together, or a file", () => {
    expect(open(`${line(1)}\n${line(2)}`)).toBe(`${line(1)}\n${line(2)}\n|-|-`);
    expect(open('{"records":[]}')).toBe('-|{"records":[]}\n|-');
    expect(open('{"a":1}\n\n{"b":2}\n')).toBe('-|{"a":1}\n\n{"b":2}\n|-');
    for (const text of ['{"records":[', '{"a":1}{"b":2', `${line(1)}\nx`, "PAR1", " {]"])
      expect(open(text)).toBe(`-|-|${text}`);
  });

  it("with a name is always a file", () => {
    expect(open(line(1), "a.log")).toBe(`-|-|${line(1)}`);
  });
});
