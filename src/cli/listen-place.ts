import type { WeirConfig } from "#config/index.js";

/** Where a server listens without an option that says otherwise. */
export function listenPlace({ listen }: Pick<WeirConfig, "listen">): { readonly host: string; readonly port: number } {
  return listen ?? { host: "127.0.0.1", port: 8400 };
}
