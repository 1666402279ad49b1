/** One thing that a cloud's command printed. Keys are read without regard to case: versions of Azure's command differ in it. */
export class CloudItem {
  /** Such as `NetworkInterfaces[3]`. */
  readonly path: string;
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(value: object, path: string) {
    this.path = path;
    this.#members = new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
  }

  has(key: string): boolean {
    return this.#members.has(key.toLowerCase());
  }

  value(key: string): unknown {
    return this.#members.get(key.toLowerCase());
  }

  /** A text that is not empty; undefined when there is none. */
  text(key: string): string | undefined {
    const value = this.value(key);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  /** A text member of a member that is an object: `Association.PublicIp`. */
  textIn(key: string, inner: string): string | undefined {
    return this.item(key)?.text(inner);
  }

  item(key: string): CloudItem | undefined {
    const value = this.value(key);
    return isObject(value) ? new CloudItem(value, this.#below(key)) : undefined;
  }

  /** The objects of a member that is a list; none when there is no list. */
  items(key: string): CloudItem[] {
    return itemsOf(this.value(key), this.#below(key));
  }

  /** The texts of a member that is a list. */
  texts(key: string): string[] {
    const value = this.value(key);
    return Array.isArray(value) ? value.filter((text): text is string => typeof text === "string" && text !== "") : [];
  }

  /** The value of a tag, AWS's list or Azure's object. */
  tag(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (const list of ["Tags", "TagSet"])
      for (const tag of this.items(list)) if (tag.text("Key")?.toLowerCase() === wanted) return tag.text("Value");
    return this.item("tags")?.text(wanted);
  }

  #below(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }
}

/** The objects among the elements of a list. */
export function itemsOf(value: unknown, path: string): CloudItem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((element: unknown, at) => (isObject(element) ? [new CloudItem(element, `${path}[${at}]`)] : []));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
