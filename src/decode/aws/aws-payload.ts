import { gunzipSync } from "node:zlib";

/** Bytes that a compressed payload may have: a subscription's message has at most 1 MB compressed. */
const PAYLOAD_LIMIT = 64 * 1024 * 1024;

const decoder = new TextDecoder();

/** The text of a base64 payload, decompressed if it is gzip; or why there is none. */
export function readPayload(data: unknown): string | { readonly reason: string } {
  if (typeof data !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}\s*$/.test(data)) return { reason: "bad-base64" };
  const bytes = Buffer.from(data, "base64");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return decoder.decode(bytes);
  try {
    return decoder.decode(gunzipSync(bytes, { maxOutputLength: PAYLOAD_LIMIT }));
  } catch {
    return { reason: "bad-gzip" };
  }
}

/** Cuts JSON objects that stand side by side, with or without line feeds between them. What is no object stays as a part. */
export function splitJson(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) {
      parts.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
