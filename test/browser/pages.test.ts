import { describe, expect, inject, it } from "vitest";
import { barriers, expectNoFaults, hasBrowser, picture, settled, themes, useConsole, useServer } from "./console.ts";

/** Every page, as somebody who follows a link to it sees it. */
const pages = [
  ["overview", "/"],
  ["explore", "/explore"],
  ["explore-sankey", "/explore?by=client.provider,server.provider,service&g=sankey"],
  ["conversations", "/conversations"],
  ["conversations-denied", "/conversations?q=verdict+%3D+denied"],
  ["map", "/map"],
  ["entity", "/entity?kind=address&id=10.30.0.12"],
  ["path", "/path"],
  ["sources", "/sources"],
  ["account", "/account"],
] as const;

describe.skipIf(!hasBrowser)("every page", () => {
  const console = useConsole();
  const server = useServer(() => inject("demoLake"));

  it.each(pages)(
    "%s shows itself without a fault or a barrier, dark and light, wide and narrow",
    async (name, path) => {
      for (const theme of themes)
        for (const width of [1440, 1024]) {
          const watched = await console.open(`${server.url()}${path}`, { theme, width });
          await settled(watched.page);
          await picture(watched.page, `${name}-${theme}-${width}`);
          expect(await barriers(watched.page), `${name}, ${theme}, ${width}`).toEqual([]);
          expectNoFaults(watched);
          const sideways = await watched.page.evaluate("document.documentElement.scrollWidth - innerWidth");
          expect(sideways, "the page does not scroll sideways").toBeLessThanOrEqual(0);
          await watched.page.context().close();
        }
    },
  );
});
