import { expect, it } from "vitest";
import { lastingOf, type TimedRequest } from "./lasting.ts";

const NOW = Date.UTC(2026, 2, 3, 12);

it.each<[TimedRequest, string]>([
  [{}, "lake"],
  [{ from: "2026-03-01", to: "2026-03-02" }, "lake"],
  [{ from: "2026-03-01", to: "2026-03-02T10:00:00-05:00" }, "lake"],
  [{ filter: "client.name = web-2h and bytes > 5" }, "lake"],
  [{ filter: "server.port in 1-1024" }, "lake"],
  [{ compare: "previous" }, "lake"],
  [{ from: "-2h" }, "minute"],
  [{ to: "now" }, "minute"],
  [{ from: "2026-03-01", to: "2026-03-04" }, "minute"],
  [{ filter: "first_seen > -30m" }, "minute"],
  [{ filter: "start_time>=-1.5h" }, "minute"],
  [{ filter: "start_time < now" }, "minute"],
])("the answer to %j lasts as long as the %s", (request, lasting) => {
  expect(lastingOf(request, NOW)).toBe(lasting);
});
