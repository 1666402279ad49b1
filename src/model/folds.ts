/**
 * What a first look at conversations leaves out: each class but `normal`, and `internet_noise`, tries of unknown public addresses
 * that were refused or got no answer. See the glossary.
 */
export const foldClasses = [
  "health_check",
  "platform",
  "stray",
  "encapsulation",
  "translated",
  "internet_noise",
] as const;

export type FoldClass = (typeof foldClasses)[number];
