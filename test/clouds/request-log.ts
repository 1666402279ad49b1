/** One call that a server answered. */
export interface LoggedCall {
  readonly operation: string;
  /** What it was about: a bucket's object or prefix, a queue, a log group. */
  readonly subject: string;
  readonly status: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  /** Who signed, when that was verified. */
  readonly arn?: string;
  /** The error's code, when it was one. */
  readonly code?: string;
}

/** What was asked of a server: tests assert on the number of calls and on the bytes that they cost. */
export class RequestLog {
  readonly #calls: LoggedCall[] = [];

  add(call: LoggedCall): void {
    this.#calls.push(call);
  }

  get calls(): readonly LoggedCall[] {
    return this.#calls;
  }

  of(operation: string): readonly LoggedCall[] {
    return this.#calls.filter((call) => call.operation === operation);
  }

  count(operation: string): number {
    return this.of(operation).length;
  }

  /** Bytes of answers, of one operation or of all. */
  bytes(operation?: string): number {
    return this.#calls.reduce(
      (sum, call) => sum + (operation === undefined || call.operation === operation ? call.bytes : 0),
      0,
    );
  }

  /** Calls by operation, for messages and for whole comparisons. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.#calls) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  clear(): void {
    this.#calls.length = 0;
  }
}
