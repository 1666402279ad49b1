import { expect, it } from "vitest";
import { corrected, mistakesOf, otherWords, withSuggestion } from "./filter-mistakes.ts";

it("tells mistakes in the words of the page", () => {
  expect(mistakesOf("", "conversations")).toEqual([]);
  expect(mistakesOf("port = 22", "conversations")).toEqual([]);
  expect(mistakesOf("src.ip = 10.0.0.1", "conversations")).toEqual([
    {
      from: 0,
      to: 6,
      message: "“src.ip” is no field of conversations.",
      suggestion: "client.ip",
      next: "Did you mean client.ip? It is a field of flows: the page Conversations can show flows.",
    },
  ]);
  for (const text of ["bytes_p > 3", "rate > 5", "mac = 1", "flow_log = x", "gap = 1"])
    for (const { next = "" } of mistakesOf(text, "conversations")) expect(next).not.toMatch(/--/);
});

it("follows suggestions until the filter is right", () => {
  expect(corrected("src.ip = 10.0.0.1 && server.prt = 22", "conversations")).toBe(
    "client.ip = 10.0.0.1 and server.port = 22",
  );
  expect(corrected("port = 22", "conversations")).toBeUndefined();
  expect(corrected("port = ", "conversations")).toBeUndefined();
  const filter = "verdikt = denied";
  expect(mistakesOf(filter, "conversations").map((mistake) => withSuggestion(filter, mistake))).toEqual([
    "verdict = denied",
  ]);
});

it("knows whose words a filter is in", () => {
  expect(otherWords("src.ip = 10.0.0.1", "conversations")).toBe("flows");
  expect(otherWords("client.ip = 10.0.0.1", "flows")).toBe("conversations");
  expect(otherWords("nothing of this", "flows")).toBeUndefined();
  expect(otherWords("", "flows")).toBeUndefined();
});
