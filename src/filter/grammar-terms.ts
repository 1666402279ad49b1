// Written by scripts/grammar.mjs from filter.grammar: change the grammar and run the script.
export const keywordTerms = {
  and: 1,
  or: 2,
  not: 3,
  in: 4,
  like: 5,
  is: 6,
  known: 7,
  unknown: 8,
} as const;
