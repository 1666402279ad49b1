import type { AccessTables } from "#catalog/index.js";

/** The methods of the catalog's tables of users, tokens, sessions and audit. */
export type AccessMethod = {
  [K in keyof AccessTables]: AccessTables[K] extends (...args: never[]) => unknown ? K : never;
}[keyof AccessTables];

/** Runs methods that write, or that read much: a server must not wait for another process's lock. */
export interface AccessWriter {
  run<M extends AccessMethod>(method: M, ...args: Parameters<AccessTables[M]>): Promise<ReturnType<AccessTables[M]>>;
}

/** Runs them at once: for commands, which have nothing else to do. */
export function directWriter(tables: AccessTables): AccessWriter {
  return {
    async run(method, ...args) {
      return callMethod(tables, method, args);
    },
  };
}

/** Calls a method by its name. */
export function callMethod<M extends AccessMethod>(
  tables: AccessTables,
  method: M,
  args: Parameters<AccessTables[M]>,
): ReturnType<AccessTables[M]> {
  const call = tables[method] as (...args: Parameters<AccessTables[M]>) => ReturnType<AccessTables[M]>;
  return call.apply(tables, args);
}
