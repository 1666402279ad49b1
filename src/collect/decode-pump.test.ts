import { expect, it } from "vitest";
import { DecodeOutput } from "#decode/index.js";
import { DecodePump } from "./decode-pump.ts";

const context = {
  key: "some/file.log",
  objectId: 1,
  arrivedMicros: Date.UTC(2026, 11, 31) * 1000,
  modifiedMicros: Date.UTC(2026, 11, 30) * 1000,
};

/** The codes of what is told of an object whose lines come one by one, behind the rows of an object without times. */
async function notesOf(lines: readonly string[], logFormat?: string): Promise<string[]> {
  const output = new DecodeOutput(4);
  output.beginObject(context);
  const flush = async (): Promise<void> => output.clearRows();
  const before = new DecodePump({ ...context, logFormat: "srcaddr dstaddr" }, output, flush);
  await before.push(Buffer.from("10.0.0.1 10.0.0.2\n"));
  await before.end(true);
  output.beginObject(context);
  const pump = new DecodePump(logFormat === undefined ? context : { ...context, logFormat }, output, flush);
  for (const line of lines) await pump.push(Buffer.from(`${line}\n`));
  // A file that may grow: its last line is whole all the same.
  await pump.end(false);
  return output.report.notes.map(({ code }) => code);
}

const timed = "2 123456789010 eni-1235b8ca123456789 10.0.0.1 10.0.0.2 1 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
const event = JSON.stringify({ message: "10.0.0.1 10.0.0.2", timestamp: 1_418_530_010_000 });

it("says of an object that its records have no time of their own, however few or many they are", async () => {
  expect(await notesOf(["10.0.0.1 10.0.0.2"], "srcaddr dstaddr")).toEqual(["borrowed-time"]);
  const many = Array.from({ length: 10 }, (_, at) => `10.0.0.1 10.0.0.2 ${at < 9 ? "1418530010" : "-"}`);
  expect(await notesOf(many, "srcaddr dstaddr start")).toEqual(["borrowed-time"]);
  expect(await notesOf([event.replace(/"timestamp":\d+/, '"id":"1"')], "srcaddr dstaddr")).toEqual(["borrowed-time"]);
});

it("says it of no object whose records or envelopes tell the time", async () => {
  expect(await notesOf([timed, timed])).toEqual([]);
  expect(await notesOf([event, event], "srcaddr dstaddr")).toEqual([]);
});
