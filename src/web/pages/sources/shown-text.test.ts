import { expect, it } from "vitest";
import { shownText } from "./shown-text.ts";

it("shows what would hide or turn text", () => {
  expect(shownText("a\u0000b\u001b[31m\u202ec\u007f\td")).toBe("a␀b␛[31m\\u202ec\\u007f\td");
});

it("shows the beginning of what is very long", () => {
  expect(shownText("x".repeat(5000))).toMatch(/^x{2000} … and 3,000 characters more$/);
});
