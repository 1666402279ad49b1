import { expect, it } from "vitest";
import { KeySequence } from "./keys.ts";

function pressAll(keys: readonly (readonly [string, number])[]): { ran: string[]; taken: boolean[] } {
  const ran: string[] = [];
  const binding = (text: string) => ({ keys: text, says: text, run: () => ran.push(text) });
  const all = [binding("/"), binding("g e"), binding("g o"), binding("e"), { keys: "j", says: "only listed" }];
  const sequence = new KeySequence(() => all);
  return { taken: keys.map(([key, at]) => sequence.press(key, at)), ran };
}

it("runs single keys and sequences", () => {
  expect(
    pressAll([
      ["/", 0],
      ["g", 10],
      ["e", 20],
      ["e", 30],
    ]).ran,
  ).toEqual(["/", "g e", "e"]);
});

it("forgets the beginning of a sequence after a pause, or after another key", () => {
  expect(
    pressAll([
      ["g", 0],
      ["e", 5000],
    ]).ran,
  ).toEqual(["e"]);
  expect(
    pressAll([
      ["g", 0],
      ["x", 10],
      ["o", 20],
    ]),
  ).toEqual({ ran: [], taken: [true, false, false] });
  expect(
    pressAll([
      ["g", 0],
      ["g", 10],
      ["o", 20],
    ]).ran,
  ).toEqual(["g o"]);
});

it("leaves keys alone that it does not know, or only lists", () => {
  expect(
    pressAll([
      ["j", 0],
      ["Shift", 1],
      ["?", 2],
    ]).taken,
  ).toEqual([false, false, false]);
  expect(
    pressAll([
      ["g", 0],
      ["Shift", 5],
      ["e", 10],
    ]).ran,
  ).toEqual(["g e"]);
});
