import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { AzureRequests } from "./azure-requests.ts";

it("ends a request with the signal that it was sent with, and leaves nothing at one that lives for long", async () => {
  const requests = new AzureRequests();
  const ending = new AbortController();
  for (let number = 0; number < 30; number++)
    await requests.send("others", ending.signal, async ({ signal }) => expect(signal.aborted).toBe(false));
  expect(getEventListeners(ending.signal, "abort")).toHaveLength(0);
  const waiting = requests.send("others", ending.signal, ({ signal }) => {
    setImmediate(() => ending.abort(new Error("the source was closed")));
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("the request was cut")));
    });
  });
  await expect(waiting).rejects.toThrow("the source was closed");
  expect(requests).toMatchObject({ others: 31, retries: 0 });
});
