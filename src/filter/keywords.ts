import { keywordTerms } from "./grammar-terms.ts";

const terms: ReadonlyMap<string, number> = new Map(Object.entries(keywordTerms));

/** For the parser's tables: the term of a word that is a keyword, in any case; -1 for all other words. */
export function keyword(word: string): number {
  return terms.get(word.toLowerCase()) ?? -1;
}

export const keywords: readonly string[] = [...terms.keys()];
