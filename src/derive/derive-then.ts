import type { Lake } from "#store/index.js";
import { deriveLake } from "./derive-lake.ts";

/**
 * Derives all that is dirty, and then does something while nobody derives: flows must not be deleted before something was made of
 * them, nor while it is.
 */
export async function deriveThen<T>(lake: Lake, then: () => Promise<T>): Promise<T> {
  for (;;) {
    await deriveLake(lake);
    if (!lake.takeDerivation()) continue;
    try {
      if (lake.catalog.dirtyHours().length === 0) return await then();
    } finally {
      lake.catalog.leaveDerivation(lake.writerId);
    }
  }
}
