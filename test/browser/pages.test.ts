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
  ["path-denied", "/path?client=build-1&server=cache%3A6379"],
  ["sources", "/sources"],
  ["account", "/account"],
] as const;

describe.skipIf(!hasBrowser)("every page", () => {
  const console = useConsole();
  const server = useServer(() => inject("demoLake"));

  it.each(pages)(
    "%s shows itself without a fault or a barrier, dark and light, wide and narrow",
    async (name, path) => {
      const watched = await console.open(`${server.url()}${path}`);
      const { page } = watched;
      await settled(page);
      for (const theme of themes)
        for (const width of [1440, 1024]) {
          await page.emulateMedia({ colorScheme: theme });
          await page.setViewportSize({ width, height: 900 });
          await settled(page);
          await picture(page, `${name}-${theme}-${width}`);
          expect(await barriers(page), `${name}, ${theme}, ${width}`).toEqual([]);
          const sideways = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          expect(sideways, `${name} does not scroll sideways at ${width}`).toBeLessThanOrEqual(0);
        }
      expectNoFaults(watched);
      await page.context().close();
    },
  );
});
