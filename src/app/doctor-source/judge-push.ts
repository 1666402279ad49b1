import type { TrustCheck } from "#analyse/index.js";
import { checkPush } from "./check-push.ts";
import { pushFacts, type JudgePushRequest } from "./push-facts.ts";

/** Explains what is missing of a source that others push to, and why. Not for the process that takes deliveries itself. */
export async function judgePush(dataDir: string, request: JudgePushRequest): Promise<readonly TrustCheck[]> {
  return checkPush(await pushFacts(dataDir, request));
}
