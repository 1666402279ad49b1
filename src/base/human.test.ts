import { expect, it } from "vitest";
import { humanRate } from "./human.ts";

it("tells small rates, which are not nothing", () => {
  expect([0, 0.004, 0.0412, 0.4, 3.25, 12.4, 999.7, 1_234_567].map(humanRate)).toEqual([
    "0 B/s",
    "<0.01 B/s",
    "0.041 B/s",
    "0.4 B/s",
    "3.3 B/s",
    "12 B/s",
    "1.0 kB/s",
    "1.2 MB/s",
  ]);
});
