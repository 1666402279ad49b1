import type { ListObjectsV2Command, _Object } from "@aws-sdk/client-s3";

/** What of an answer is there before a reader of the SDK has had it; the SDK's types do not say. */
interface HttpAnswer {
  readonly response: { readonly statusCode: number; body: AsyncIterable<Uint8Array> | Uint8Array };
}
type Handler = (args: object) => Promise<HttpAnswer>;
interface MiddlewareStack {
  addRelativeTo(middleware: (next: Handler) => Handler, options: object): void;
}

/** What of a listed object is read. */
export type ListedObject = Pick<_Object, "Key" | "Size" | "LastModified" | "ETag" | "StorageClass" | "RestoreStatus">;

/** A listing in two parts. */
export interface SplitListing {
  readonly contents: readonly ListedObject[];
  /** The listing's XML without its objects. */
  readonly rest: string;
}

const BEGIN = "<Contents>";
const END = "</Contents>";
/** An element with text in it, or a tag of one with elements in it. None of their names is used twice in an object. */
const PART = /\s*(?:<([A-Za-z]+)>([^<]*)<\/\1>|<\/?(?:Owner|RestoreStatus)>)\s*/y;
/** To milliseconds: finer ones are rounded, or cut off, by each reader as it likes. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Takes the objects out of a listing, some ten times faster than the SDK, which reads any XML.
 * @returns undefined when something is not written as S3 writes it: the SDK reads all of it then
 * Source: Amazon S3 API Reference, ListObjectsV2, Response Syntax.
 */
export function splitListing(xml: string): SplitListing | undefined {
  // Within comments and CDATA, tags are none.
  if (xml.includes("<!") || xml.includes("\r")) return undefined;
  const contents: ListedObject[] = [];
  let rest = "";
  let at = 0;
  for (let begin = xml.indexOf(BEGIN); begin >= 0; begin = xml.indexOf(BEGIN, at)) {
    const end = xml.indexOf(END, begin);
    const object = end < 0 ? undefined : readObject(xml, begin + BEGIN.length, end);
    if (object === undefined) return undefined;
    contents.push(object);
    rest += xml.slice(at, begin);
    at = end + END.length;
  }
  rest += xml.slice(at);
  // One that is written in another way: their order would be lost.
  return /<Contents[\s/]/.test(rest) ? undefined : { contents, rest };
}

function readObject(xml: string, begin: number, end: number): ListedObject | undefined {
  const texts = new Map<string, string>();
  for (PART.lastIndex = begin; PART.lastIndex < end;) {
    const [part, name, text = ""] = PART.exec(xml) ?? [];
    if (part === undefined) return undefined;
    if (name !== undefined) texts.set(name, text);
  }
  const key = textOf(texts, "Key");
  const size = Number(texts.get("Size") ?? Number.NaN);
  const modified = timeOf(texts.get("LastModified"));
  if (key === undefined || !Number.isSafeInteger(size) || modified === undefined) return undefined;
  return {
    Key: key,
    Size: size,
    LastModified: modified,
    ETag: textOf(texts, "ETag"),
    StorageClass: textOf(texts, "StorageClass") as ListedObject["StorageClass"],
    ...restoreStatus(texts),
  };
}

function restoreStatus(texts: ReadonlyMap<string, string>): Pick<ListedObject, "RestoreStatus"> | undefined {
  const isInProgress = texts.get("IsRestoreInProgress");
  if (isInProgress === undefined) return undefined;
  const expiry = timeOf(texts.get("RestoreExpiryDate"));
  return {
    RestoreStatus: {
      IsRestoreInProgress: isInProgress === "true",
      ...(expiry !== undefined && { RestoreExpiryDate: expiry }),
    },
  };
}

function timeOf(text: string | undefined): Date | undefined {
  const ms = text !== undefined && TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

function textOf(texts: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = texts.get(name);
  return text?.includes("&") === true ? text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|([a-z]+));/gi, entity) : text;
}

function entity(written: string, hex: string | undefined, decimal: string | undefined, name = ""): string {
  if (hex === undefined && decimal === undefined) return ENTITIES[name] ?? written;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : written;
}

/**
 * Has a request read its listing's objects by {@link splitListing}, the rest and all errors by the SDK.
 * @returns gives the objects after the answer came; undefined: they are in the answer
 */
export function readContentsOf(command: ListObjectsV2Command): () => readonly ListedObject[] | undefined {
  let contents: readonly ListedObject[] | undefined;
  const plugin = {
    applyToStack: (stack: MiddlewareStack): void =>
      stack.addRelativeTo(
        (next) => async (args) => {
          const answer = await next(args);
          const { response } = answer;
          if (response.statusCode !== 200) return answer;
          const body = await bytesOf(response.body);
          const split = splitListing(body.toString());
          contents = split?.contents;
          response.body = split === undefined ? body : Buffer.from(split.rest);
          return answer;
        },
        // Nearer to the wire than the reader of the SDK.
        { name: "weirReadContents", relation: "after", toMiddleware: "deserializerMiddleware" },
      ),
  };
  command.middlewareStack.use(plugin as never);
  return () => contents;
}

async function bytesOf(body: HttpAnswer["response"]["body"]): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
