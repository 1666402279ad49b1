import { messageOf, WeirError, type ErrorKind } from "./errors.ts";

/** An error as plain data, to go from one thread or process to another. */
export interface ErrorData {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly place: string | undefined;
  readonly next: string | undefined;
}

/** What an error says; anything but a WeirError is `internal`. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof WeirError) {
    const { code, kind, message, place, next } = error;
    return { code, kind, message, place, next };
  }
  return { code: "internal", kind: "internal", message: messageOf(error), place: undefined, next: undefined };
}

/** The error again. */
export function errorOf({ place, next, ...rest }: ErrorData): WeirError {
  return new WeirError({ ...rest, ...(place !== undefined && { place }), ...(next !== undefined && { next }) });
}
