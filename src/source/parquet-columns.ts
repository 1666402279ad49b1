/**
 * Names of a Parquet file's columns, from its end alone: enough to say what lies in a bucket without reading it.
 * The footer is Thrift in its compact protocol (https://github.com/apache/parquet-format, parquet.thrift: FileMetaData, field 2, is a
 * list of SchemaElement, whose field 4 is a name and field 5 the number of children).
 */

/** Thrift's compact types. */
const STOP = 0;
const TYPES = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};
const MOST_DEPTH = 16;
const MOST_COLUMNS = 2000;

/**
 * How many bytes at the end of the file the footer takes, with its length and the file's last mark.
 * @param tail the last bytes of the file
 * @returns undefined when it is no Parquet file
 */
export function footerBytes(tail: Uint8Array): number | undefined {
  if (tail.length < 12 || Buffer.from(tail.subarray(-4)).toString("latin1") !== "PAR1") return undefined;
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(tail.length - 8, true) + 8;
}

/**
 * @param tail the last bytes of the file
 * @returns names of the columns without children; undefined when it is no Parquet file, or its footer is longer than `tail`
 */
export function parquetColumns(tail: Uint8Array): string[] | undefined {
  const bytes = footerBytes(tail);
  if (bytes === undefined || bytes > tail.length) return undefined;
  try {
    return new Footer(tail.subarray(tail.length - bytes, tail.length - 8)).columns();
  } catch {
    // What is broken here is told when the object is read.
    return undefined;
  }
}

class Footer {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  columns(): string[] {
    const names: string[] = [];
    this.#struct((id, type) => {
      if (id !== 2 || type !== TYPES.list) return this.#skip(type, 0);
      const [count] = this.#listHead();
      for (let element = 0; element < Math.min(count, MOST_COLUMNS); element++) {
        let name = "";
        let children = 0;
        this.#struct((field, kind) => {
          if (field === 4 && kind === TYPES.binary) name = this.#text();
          else if (field === 5 && kind === TYPES.i32) children = this.#zigzag();
          else this.#skip(kind, 0);
        });
        if (children === 0) names.push(name);
      }
      // All that was wanted: what comes behind need not be understood.
      this.#at = this.#bytes.length;
    });
    return names;
  }

  #struct(onField: (id: number, type: number) => void): void {
    let id = 0;
    while (this.#at < this.#bytes.length) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return;
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4);
      onField(id, type);
    }
  }

  #skip(type: number, depth: number): void {
    if (depth > MOST_DEPTH) throw new Error("too deep");
    if (type === TYPES.byte) this.#at++;
    else if (type === TYPES.i16 || type === TYPES.i32 || type === TYPES.i64) this.#varint();
    else if (type === TYPES.double) this.#at += 8;
    else if (type === TYPES.binary) this.#at += this.#varint();
    else if (type === TYPES.struct) this.#struct((_, inner) => this.#skip(inner, depth + 1));
    else if (type === TYPES.list || type === TYPES.set) {
      const [count, element] = this.#listHead();
      for (let at = 0; at < count && this.#at < this.#bytes.length; at++) this.#skip(element, depth + 1);
    } else if (type !== TYPES.true && type !== TYPES.false) throw new Error("not known");
  }

  #listHead(): [count: number, element: number] {
    const head = this.#byte();
    return [head >> 4 === 15 ? this.#varint() : head >> 4, head & 15];
  }

  #text(): string {
    const length = this.#varint();
    const text = Buffer.from(this.#bytes.subarray(this.#at, this.#at + length)).toString("utf8");
    this.#at += length;
    return text;
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error("cut off");
    return byte;
  }
}
