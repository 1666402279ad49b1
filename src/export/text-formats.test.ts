import { expect, it } from "vitest";
import type { AnswerColumn, Cell, RowStream } from "#model/answer.js";
import { textOf, type TextFormat } from "./text-formats.ts";

function stream(names: readonly string[], ...blocks: (readonly Cell[])[][]): RowStream {
  const columns: AnswerColumn[] = names.map((name) => ({ name, type: "VARCHAR", kind: "text" }));
  return {
    columns,
    async *blocks() {
      yield* blocks;
    },
  };
}

async function text(rows: RowStream, format: TextFormat): Promise<string> {
  let all = "";
  for await (const part of textOf(rows, format)) all += part;
  return all;
}

it("writes whole numbers of any size with all digits", async () => {
  const rows = stream(["n"], [[5n], [18446744073709551615n], [null]]);
  expect(await text(rows, "json")).toBe('[\n{"n":5},\n{"n":18446744073709551615},\n{"n":null}\n]\n');
});

it("writes an empty answer as an empty array, no lines, a heading", async () => {
  expect(await text(stream(["a"]), "json")).toBe("[]\n");
  expect(await text(stream(["a"]), "jsonl")).toBe("");
  expect(await text(stream(["a"]), "csv")).toBe("a\n");
});

it("joins blocks", async () => {
  expect(await text(stream(["a"], [["x"]], [], [["y"]]), "json")).toBe('[\n{"a":"x"},\n{"a":"y"}\n]\n');
  expect(await text(stream(["a"], [["x"]], [["y"]]), "jsonl")).toBe('{"a":"x"}\n{"a":"y"}\n');
});

it("quotes CSV and tells null from empty text", async () => {
  const row: Cell[] = [null, "", 'a "b", c', "line\nbreak", { k: ["10.0.0.1"] }];
  expect(await text(stream(["a", "b", "c", "d", "e"], [row]), "csv")).toBe(
    'a,b,c,d,e\n,"","a ""b"", c","line\nbreak","{""k"":[""10.0.0.1""]}"\n',
  );
});

it("lets no control sequence through", async () => {
  const hostile = "\u001b[31mred\u009b2J\u007f";
  for (const format of ["json", "jsonl", "csv"] as const) {
    const written = await text(stream(["a"], [[hostile]]), format);
    expect(
      Array.from(written).filter(
        (character) => character === "\u001b" || (character >= "\u007f" && character <= "\u009f"),
      ),
    ).toEqual([]);
  }
  expect(JSON.parse(await text(stream(["a"], [[hostile]]), "jsonl"))).toEqual({ a: hostile });
});

it("keeps spreadsheet programs from running text, and changes nothing else", async () => {
  const rows = [["=1+1"], ["+1"], ["-1"], ["@x"], ["\tx"], ["\uFF1D1"], ["a=1"], [-1], [null], [""]];
  let made = "";
  for await (const part of textOf(stream(["=a"], rows), "csv", { spreadsheet: true })) made += part;
  expect(made).toBe(`=a\n'=1+1\n'+1\n'-1\n'@x\n'\tx\n'\uFF1D1\na=1\n-1\n\n""\n`);
  expect(await text(stream(["a"], [["=1+1"]]), "csv")).toBe("a\n=1+1\n");
});
