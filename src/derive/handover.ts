import type { LeftTable } from "./derive-hour.ts";

interface Gate {
  readonly opened: Promise<boolean>;
  open(isThere: boolean): void;
  fail(error: unknown): void;
}

/** What an hour in the making tells the next one: when the rows are there that it goes on with. */
export class Handover {
  readonly #gates: Readonly<Record<LeftTable, Gate>> = { observers: gate(), carry: gate() };

  /** Waits for an hour's rows. @returns false when nothing passed in the hour: the one before it counts */
  async isThere(table: LeftTable): Promise<boolean> {
    return this.#gates[table].opened;
  }

  left(table: LeftTable): void {
    this.#gates[table].open(true);
  }

  /** The hour is over: what it has not left by now it does not leave. */
  end(): void {
    for (const each of Object.values(this.#gates)) each.open(false);
  }

  fail(error: unknown): void {
    for (const each of Object.values(this.#gates)) each.fail(error);
  }
}

function gate(): Gate {
  let open: Gate["open"] = () => {};
  let fail: Gate["fail"] = () => {};
  const opened = new Promise<boolean>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  // Whether anybody waits is not known.
  opened.catch(() => {});
  return { opened, open, fail };
}
