import { expect, it } from "vitest";
import { cloudTraffic } from "./clouds.ts";
import { deniedFilter, overviewQuestions } from "./questions.ts";

const row = (
  [client, server]: readonly [string | null, string | null],
  kind: string,
  [bytes, conversations, denied = 0]: readonly number[],
) => ({
  client_provider: client,
  server_provider: server,
  class: kind,
  bytes: bytes ?? 0,
  conversations: conversations ?? 0,
  denied,
});

it("tells traffic between clouds from what stays inside and what goes outside, and counts nothing twice", () => {
  const found = cloudTraffic({
    rows: [
      row(["aws", "aws"], "normal", [100, 10]),
      row(["aws", "azure"], "normal", [7, 2]),
      row(["azure", "aws"], "normal", [50, 3, 1]),
      row(["azure", "aws"], "health_check", [1, 1]),
      row([null, "aws"], "normal", [5, 5, 5]),
      row(["aws", "aws"], "translated", [0, 99]),
      row(["aws", null], "stray", [0, 4]),
    ],
  });
  expect(found.between).toEqual([
    { client: "azure", server: "aws", bytes: 51, conversations: 4, denied: 1 },
    { client: "aws", server: "azure", bytes: 7, conversations: 2, denied: 0 },
  ]);
  expect(found.inside.map(({ conversations }) => conversations)).toEqual([10]);
  expect(found.outside.map(({ denied }) => denied)).toEqual([5]);
  expect(found.strays).toBe(4);
});

it("leaves strays out of what was denied, and a mistake in the filter as it is", () => {
  expect(deniedFilter("")).toBe("verdict = denied and class != stray");
  expect(deniedFilter("server.port = 22 or server.port = 23")).toBe(
    "(server.port = 22 or server.port = 23) and verdict = denied and class != stray",
  );
  expect(deniedFilter("server.prt = 22")).toBe("server.prt = 22");
});

it("asks everything about the same time and filter", () => {
  const view = {
    filter: "service = 443/tcp",
    from: "2026-03-03T10:00Z",
    to: "2026-03-03T11:00Z",
    timeZone: "Europe/Berlin",
  };
  for (const question of Object.values(overviewQuestions(view)))
    expect(question).toMatchObject({
      from: view.from,
      to: view.to,
      time_zone: "Europe/Berlin",
      filter: expect.stringContaining("service"),
    });
});
