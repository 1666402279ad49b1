import { expect, it } from "vitest";
import { decodeWhole } from "../json/decode-whole.fake.ts";
import { vnetRecord, wrapped } from "./azure-records.fake.ts";

const qualitiesOf = (...tuples: string[]): unknown[] =>
  decodeWhole(wrapped(vnetRecord([{ rule: "UserRule_web", tuples }])))?.rows.map(
    ({ counter_quality }) => counter_quality,
  ) ?? [];

it("marks a flow that ends and begins anew in one millisecond, as a flow log that takes over makes it", () => {
  const flow = "10.1.0.4,20.10.127.193,56361,443,6,O";
  const other = "10.1.0.4,20.10.127.193,56362,443,6,O";
  const qualities = qualitiesOf(
    `1772359230000,${flow},B,NX,0,0,0,0`,
    `1772359230123,${flow},B,NX,0,0,0,0`,
    `1772359230123,${flow},E,NX,8,5183,0,0`,
    `1772359230123,${other},B,NX,0,0,0,0`,
    `1772359230123,${flow},B,NX,0,0,0,0`,
    `1772359230124,${flow},E,NX,10,5291,0,0`,
    `1772359230125,${flow},B,NX,0,0,0,0`,
  );
  const all = ["exact", "exact", "unreliable", "exact", "unreliable", "exact", "exact"];
  expect(qualities).toEqual(all);
  // A short flow begins and ends in one millisecond as well, in the other order.
  const short = qualitiesOf(`1772359230123,${flow},B,NX,0,0,0,0`, `1772359230123,${flow},E,NX,1,60,0,0`);
  expect(short).toEqual(["exact", "exact"]);
});
