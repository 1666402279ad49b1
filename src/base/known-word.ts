import { WeirError } from "./errors.ts";
import { nearestWord } from "./nearest.ts";

/**
 * The word of a closed list that a person wrote.
 * @param thing what the words are: `table`, `dataset`
 * @param place where it was written: `--table`
 * @throws WeirError `unknown-THING`, with the nearest right word or all of them
 */
export function knownWord<Word extends string>(
  word: string,
  words: readonly Word[],
  thing: string,
  place: string,
): Word {
  const known = words.find((each) => each === word);
  if (known !== undefined) return known;
  const near = nearestWord(word, words);
  throw new WeirError({
    code: `unknown-${thing}`,
    kind: "usage",
    message: `there is no ${thing} “${word}”`,
    place,
    next:
      near === undefined
        ? `${thing.charAt(0).toUpperCase()}${thing.slice(1)}s are ${words.join(", ")}.`
        : `Did you mean ${near}?`,
  });
}
