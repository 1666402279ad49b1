/** An XML element: text, or elements inside, or several of the same name. Nothing is written for undefined. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

// oxlint-disable-next-line no-control-regex -- these are the characters it is about
const special = /[&<>"\u0000-\u001f]/;

/** Writes elements: an array repeats its element. */
export function xml(elements: { readonly [name: string]: XmlValue }): string {
  return Object.entries(elements)
    .map(([name, value]) => element(name, value))
    .join("");
}

/** A whole document; the root may carry a namespace. */
export function xmlDocument(
  root: string,
  namespace: string | undefined,
  elements: { readonly [name: string]: XmlValue },
): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${xml(elements)}</${root}>`;
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (isList(value)) return value.map((item) => element(name, item)).join("");
  return `<${name}>${typeof value === "object" ? xml(value) : escaped(String(value))}</${name}>`;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** Control characters are written as references, as S3 does for keys, although XML 1.0 does not allow them. */
function escaped(text: string): string {
  // Nearly all have none, and listings have hundreds of thousands.
  if (!special.test(text)) return text;
  return text.replaceAll(
    new RegExp(special, "g"),
    (char) =>
      ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? `&#x${char.charCodeAt(0).toString(16)};`,
  );
}
