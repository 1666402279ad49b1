import { afterEach } from "vitest";

const endings: (() => unknown)[] = [];

/** Has something ended when the test that runs is over; what was opened last ends first. */
export function atEnd(ending: () => unknown): void {
  endings.push(ending);
}

afterEach(async () => {
  for (const ending of endings.splice(0).toReversed()) await ending();
});
