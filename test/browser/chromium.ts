import { existsSync } from "node:fs";

/** The system's Chromium: `WEIR_CHROMIUM`, or where distributions put it. Nothing is downloaded. */
export const chromiumPath: string | undefined = [
  process.env["WEIR_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && path !== "" && existsSync(path));

/** Whether a missing browser fails the run instead of skipping tests. */
export const isRequired = process.env["WEIR_REQUIRE_INTEGRATION"] === "1";
