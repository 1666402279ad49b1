import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LogEvent } from "./log-events.ts";

/** Events of one line of an object. */
const EVENTS_OF_LINE = 1000;
const WRITE_BYTES = 64 * 1024;

/** What stands in a file that holds a minute. */
export interface MinuteFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** When the latest of its events came to the log group. Milliseconds since 1970. */
  readonly newestMs: number;
}

/**
 * The events of one minute, in any order and perhaps twice, and the object that they make: ordered by when they came to the log
 * group, so that late ones stand behind those that were read before. The same events make the same bytes.
 */
export class MinuteBuffer {
  readonly #path: string;
  readonly #runs: string[] = [];
  #events: LogEvent[] = [];
  #newestMs = 0;
  /** About as much as it holds in memory. */
  bytes = 0;

  /** @param path of the file to make; runs that do not fit into memory lie beside it */
  constructor(path: string) {
    this.#path = path;
  }

  add(event: LogEvent): void {
    this.#events.push(event);
    this.bytes += event.message.length + 200;
  }

  /** Moves what is in memory to disk. */
  async spill(): Promise<void> {
    if (this.#events.length === 0) return;
    const run = `${this.#path}.run-${this.#runs.length}`;
    this.#runs.push(run);
    const lines = sequence(this.#take().map(lineOf));
    await pipeline(Readable.from(chunked(lines)), createWriteStream(run));
  }

  /** Writes the object. */
  async finish(): Promise<MinuteFile> {
    const hash = createHash("sha256");
    let size = 0;
    const counted = async function* (texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
      for await (const text of texts) {
        const bytes = Buffer.from(text);
        hash.update(bytes);
        size += bytes.length;
        yield bytes;
      }
    };
    const texts = counted(chunked(envelopes(this.#ordered())));
    await pipeline(Readable.from(texts), createWriteStream(this.#path));
    for (const run of this.#runs) await rm(run, { force: true });
    return { path: this.#path, size, sha256: hash.digest("hex"), newestMs: this.#newestMs };
  }

  async *#ordered(): AsyncGenerator<LogEvent> {
    const sequences = [...this.#runs.map((run) => readRun(run)), sequence(this.#take())];
    let last: LogEvent | undefined;
    for await (const event of merged(sequences)) {
      // A page that was asked for twice, or two ranges that touch.
      if (last === undefined || compare(last, event) !== 0) yield event;
      last = event;
      this.#newestMs = event.ingestionTime;
    }
  }

  #take(): LogEvent[] {
    const events = this.#events.sort(compare);
    this.#events = [];
    this.bytes = 0;
    return events;
  }
}

function compare(a: LogEvent, b: LogEvent): number {
  return a.ingestionTime - b.ingestionTime || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** A run is read by lines, and readline takes these two for ends of a line. */
function lineOf(event: LogEvent): string {
  return JSON.stringify(event).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

async function* sequence<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function* readRun(path: string): AsyncGenerator<LogEvent> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    yield JSON.parse(line) as LogEvent;
}

/** Sorted sequences as one. There are few: a minute of many millions of events has some dozens. */
async function* merged(sequences: readonly AsyncIterator<LogEvent>[]): AsyncGenerator<LogEvent> {
  const heads = await Promise.all(sequences.map((sequence) => sequence.next()));
  for (;;) {
    let least = -1;
    let event: LogEvent | undefined;
    for (const [at, head] of heads.entries()) {
      if (head.done === true || (event !== undefined && compare(head.value, event) >= 0)) continue;
      least = at;
      event = head.value;
    }
    const sequence = sequences[least];
    if (event === undefined || sequence === undefined) return;
    yield event;
    heads[least] = await sequence.next();
  }
}

/** Events of one stream that came at once share a line, in the form of a subscription's message. */
async function* envelopes(events: AsyncIterable<LogEvent>): AsyncGenerator<string> {
  let open: LogEvent[] = [];
  for await (const event of events) {
    const [first] = open;
    const fits =
      first !== undefined &&
      first.stream === event.stream &&
      first.ingestionTime === event.ingestionTime &&
      open.length < EVENTS_OF_LINE;
    if (!fits && first !== undefined) {
      yield envelope(open);
      open = [];
    }
    open.push(event);
  }
  if (open.length > 0) yield envelope(open);
}

function envelope(events: readonly LogEvent[]): string {
  const logEvents = events.map(({ id, timestamp, message }) => ({ id, timestamp, message }));
  return JSON.stringify({ messageType: "DATA_MESSAGE", logStream: events[0]?.stream ?? "", logEvents });
}

/** Lines with their ends, in pieces that are worth writing. */
async function* chunked(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length < WRITE_BYTES) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
