import { expect, it } from "vitest";
import { nearestWord } from "./nearest.ts";

it("finds the word that was meant, and none where nothing is near", () => {
  const words = ["src_ip", "dst_ip", "dst_port", "region"];
  expect(nearestWord("scr_ip", words)).toBe("src_ip");
  expect(nearestWord("DST_PRT", words)).toBe("dst_port");
  expect(nearestWord("regoin", words)).toBe("region");
  expect(nearestWord("banana", words)).toBeUndefined();
  expect(nearestWord("x", words)).toBeUndefined();
});
