type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same without keys that have no value: `exactOptionalPropertyTypes` tells the two apart. */
export function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}
