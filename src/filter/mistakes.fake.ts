import { WeirError } from "#base/errors.js";

/** The error that a reading throws. */
export function mistakeOf(parse: () => unknown): WeirError {
  try {
    parse();
  } catch (error) {
    if (error instanceof WeirError) return error;
    throw error;
  }
  throw new Error("it was read");
}

/** How an error shows a place: the text, and carets under it. */
export const place = (text: string, carets: string): string => `${text}\n${carets}`;
