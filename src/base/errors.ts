/** What went wrong, in the classes that decide the exit code and the HTTP status. */
export type ErrorKind = "usage" | "input" | "conflict" | "environment" | "internal";

/** A stretch of a text. */
export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

/** Everything that a person needs to act on an error. */
export interface ErrorDetails {
  /** Stable, kebab-case, for scripts: `lake-read-only`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** What happened and why, one sentence, the subject first. */
  readonly message: string;
  /** Where: a path, an object and line, an option. */
  readonly place?: string;
  /** What to do about it. */
  readonly next?: string;
  /** Of a mistake in a filter: where in its text, in UTF-16 units; equal where something is missing. */
  readonly span?: TextSpan;
  readonly cause?: unknown;
}

/** An error that is told to the user as it stands: place, reason and next step, without a stack. */
export class WeirError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly place: string | undefined;
  readonly next: string | undefined;
  readonly span: TextSpan | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = "WeirError";
    this.code = details.code;
    this.kind = details.kind;
    this.place = details.place;
    this.next = details.next;
    this.span = details.span;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
