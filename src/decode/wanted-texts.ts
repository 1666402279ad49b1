/** A record's own text: a line; a JSON record; one tuple or event of a record, with what the record says around it. */
export interface RecordText {
  readonly form: "line" | "json" | "tuple" | "event" | "row";
  readonly text: string;
  readonly context: string | null;
}

/** Where a record stands: line or record from 1, and tuple or event of it from 1, or null. */
export interface RecordPlace {
  readonly position: number;
  readonly subPosition: number | null;
}

/** Texts that are looked for in an object, and those that were found. */
export class WantedTexts {
  readonly #wanted = new Map<number, Set<number | null>>();
  readonly #found = new Map<string, RecordText>();
  #left: number;

  constructor(places: readonly RecordPlace[]) {
    for (const { position, subPosition } of places) {
      const subs = this.#wanted.get(position) ?? new Set();
      this.#wanted.set(position, subs.add(subPosition));
    }
    this.#left = this.#wanted.size;
  }

  /** The tuples or events that are looked for in a record; undefined: it is of no interest. */
  at(position: number): ReadonlySet<number | null> | undefined {
    return this.#wanted.get(position);
  }

  /** Whether all positions were met: nothing behind matters. */
  get isDone(): boolean {
    return this.#left === 0;
  }

  /** The record at a position was read. @param textOf the text of one of its tuples or events, or its own (null) */
  meet(position: number, textOf: (subPosition: number | null) => RecordText | undefined): void {
    const subs = this.#wanted.get(position);
    if (subs === undefined) return;
    for (const subPosition of subs) {
      const text = textOf(subPosition);
      if (text !== undefined) this.#found.set(key(position, subPosition), text);
    }
    this.#left--;
  }

  found({ position, subPosition }: RecordPlace): RecordText | undefined {
    return this.#found.get(key(position, subPosition));
  }
}

function key(position: number, subPosition: number | null): string {
  return `${position}.${subPosition ?? ""}`;
}
