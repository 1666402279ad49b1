import { WeirError } from "#base/errors.js";
import { foreignCompression, type Damage } from "./decompress.ts";

/** Why an object gives no record at all, in words. */
export interface Unread {
  readonly code:
    | "not-a-flow-log"
    | "format-unknown"
    | "compression-not-supported"
    | "encoding-not-supported"
    | Damage["code"];
  readonly message: string;
}

/** DuckDB's complaints about a file carry no code. */
export function unreadableParquet(error: unknown): unknown {
  if (error instanceof WeirError || !(error instanceof Error) || "code" in error) return error;
  const [message = ""] = error.message.split("\n");
  return new WeirError({
    code: "unreadable-parquet",
    kind: "input",
    message: `the Parquet file cannot be read: ${message}`,
    cause: error,
  });
}

/** Only lines of text can be AWS records that want their layout told. */
export function notAFlowLog(head: Uint8Array): Unread {
  const first = head.find((byte) => byte > 0x20);
  const isText = first !== 0x7b && first !== 0x5b && !head.includes(0);
  const hint = isText ? "; for AWS records without a header line give --log-format" : "";
  return { code: "not-a-flow-log", message: `the content is no flow log that is known${hint}` };
}

/** Said where not one line could be read for want of the layout. */
export const ASK_FORMAT = "the records have no header line; give their layout with --log-format";

/** What stands in the way of reading a content, seen from its first bytes. */
export function unreadableContent(head: Uint8Array): Unread | undefined {
  const compression = foreignCompression(head);
  if (compression !== undefined)
    return { code: "compression-not-supported", message: `${compression} is not read; decompress the object first` };
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return isUtf16 ? { code: "encoding-not-supported", message: "the text is UTF-16; save it as UTF-8" } : undefined;
}
