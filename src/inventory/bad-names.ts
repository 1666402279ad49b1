import { WeirError } from "#base/errors.js";

/** Where something stands: a file, and a line or a path in it. */
export interface Place {
  readonly source: string;
  readonly line?: number;
  /** Such as `Vpcs[3].CidrBlock`. */
  readonly path?: string;
}

/** Nothing of a file is taken when something in it is wrong: names that are half there mislead. */
export function badNames(message: string, { source, line, path }: Place, next: string): WeirError {
  const parts = [source, ...(line === undefined ? [] : [`line ${line}`]), ...(path === undefined ? [] : [path])];
  return new WeirError({ code: "names-unreadable", kind: "input", message, place: parts.join(", "), next });
}

/** A text of a file as it may stand in a message. */
export function quoted(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`;
}
