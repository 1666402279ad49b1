import { ApiServer } from "#api/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { weirVersion } from "../version.ts";

interface ServeOptions extends DataOption {
  readonly host: string;
  readonly port: number;
}

/** `weir serve`: the API and the page, until it is interrupted. */
export async function runServe(console: Console, options: ServeOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const server = new ApiServer({ dataDir, host: options.host, port: options.port, version: weirVersion() });
  const url = await server.start();
  await console.out.line(`Weir is at ${console.out.style(url, "cyan")}`);
  await withInterrupt(
    (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
  );
  await server.stop();
  return 0;
}
