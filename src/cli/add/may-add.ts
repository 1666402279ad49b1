import { WeirError } from "#base/errors.js";
import { askYes, canAsk } from "../ask-yes.ts";
import type { Console } from "../console.ts";

/**
 * Whether the configuration may be written: somebody says so, with --yes or when asked.
 * @throws WeirError `not-sure` where nobody can be asked: no script changes a configuration that did not mean to
 */
export async function mayAdd(
  console: Console,
  path: string,
  { question, isSure }: { readonly question: string; readonly isSure: boolean },
): Promise<boolean> {
  if (isSure) return true;
  if (!canAsk(console))
    throw new WeirError({
      code: "not-sure",
      kind: "usage",
      message: "nothing was written: this is no terminal, and nobody can be asked",
      place: path,
      next: "Say --yes to have it written, or --print for the YAML alone.",
    });
  if (await askYes(console, question)) return true;
  await console.out.line("Nothing was written.");
  return false;
}
