const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  // oxlint-disable-next-line no-control-regex -- JSON's strings have no control characters
  /([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may come next: a value, a key, a colon, or what follows a value; `first` where a list or object may end at once. */
type Wanted = "value" | "first value" | "key" | "first key" | "colon" | "more";

/**
 * Where a JSON text stops being JSON, which `JSON.parse` does not always say. The end of the text where nothing else is wrong.
 */
export function jsonFault(text: string): number {
  const open: string[] = [];
  let wanted: Wanted | undefined = "value";
  for (let at = 0; ;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    TOKEN.lastIndex = SPACE.lastIndex;
    const token = TOKEN.exec(text);
    if (token === null) return SPACE.lastIndex;
    wanted = after(wanted, token[1] ?? (token[2] === undefined ? "plain" : "string"), open);
    if (wanted === undefined) return token.index;
    at = TOKEN.lastIndex;
  }
}

/** Undefined when the token may not stand there. */
function after(wanted: Wanted, token: string, open: string[]): Wanted | undefined {
  const closes = token === "}" || token === "]";
  if (closes) {
    const isPair = open.pop() === (token === "}" ? "{" : "[");
    const mayEnd = wanted === "more" || wanted === (token === "}" ? "first key" : "first value");
    return isPair && mayEnd ? "more" : undefined;
  }
  if (wanted === "more") return token === "," && open.length > 0 ? (open.at(-1) === "{" ? "key" : "value") : undefined;
  if (wanted === "colon") return token === ":" ? "value" : undefined;
  if (wanted === "key" || wanted === "first key") return token === "string" ? "colon" : undefined;
  if (token === "string" || token === "plain") return "more";
  if (token !== "{" && token !== "[") return undefined;
  open.push(token);
  return token === "{" ? "first key" : "first value";
}
