import { messageOf, WeirError, type ErrorDetails } from "./errors.ts";

/** An error as plain data, to go from one thread or process to another: what a WeirError says, without its cause. */
export type ErrorData = Omit<ErrorDetails, "cause">;

/** What an error says; anything but a WeirError is `internal`. */
export function errorData(error: unknown): ErrorData {
  if (!(error instanceof WeirError)) return { code: "internal", kind: "internal", message: messageOf(error) };
  const { code, kind, message, place, next, span } = error;
  return {
    code,
    kind,
    message,
    ...(place !== undefined && { place }),
    ...(next !== undefined && { next }),
    ...(span !== undefined && { span }),
  };
}

/** The error again. */
export function errorOf(data: ErrorData): WeirError {
  return new WeirError(data);
}
