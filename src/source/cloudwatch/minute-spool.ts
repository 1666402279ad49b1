import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { RemoteObject } from "../remote.ts";
import { MinuteBuffer, type MinuteFile } from "./minute-buffer.ts";
import { minuteKey, minuteOf } from "./minute-key.ts";
import type { LogEvent } from "./log-events.ts";

/** Events in memory, of all minutes of a slice together. */
const MEMORY_BYTES = 32 * 1024 * 1024;

/** Minutes that were read while looking, on disk until they are fetched or it is known that nobody wants them. */
export class MinuteSpool {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #files = new Map<string, MinuteFile>();
  #bytes = 0;
  readonly #waiting = new Set<() => void>();
  #names = 0;

  /** @param mostBytes that may lie on disk before reading waits */
  constructor(folder: string, mostBytes: number) {
    this.#folder = join(folder, `minutes-${randomUUID()}`);
    this.#mostBytes = mostBytes;
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Waits until there is room for more. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#bytes >= this.#mostBytes) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal.removeEventListener("abort", go);
          this.#waiting.delete(go);
          resolve();
        };
        this.#waiting.add(go);
        signal.addEventListener("abort", go, { once: true });
      });
    }
    signal.throwIfAborted();
  }

  /** Keeps the events of a stretch of time as objects, a minute each, in the order of time. */
  async keep(
    logGroup: string,
    pages: AsyncIterable<readonly LogEvent[]>,
  ): Promise<{ objects: RemoteObject[]; events: number }> {
    const minutes = new Map<number, MinuteBuffer>();
    let count = 0;
    for await (const events of pages) {
      for (const event of events) {
        const minuteMs = minuteOf(event.timestamp);
        let minute = minutes.get(minuteMs);
        if (minute === undefined) {
          minute = new MinuteBuffer(join(this.#folder, String(++this.#names)));
          minutes.set(minuteMs, minute);
        }
        minute.add(event);
      }
      count += events.length;
      const held = [...minutes.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      if (held > MEMORY_BYTES) for (const minute of minutes.values()) await minute.spill();
    }
    const objects: RemoteObject[] = [];
    for (const [minuteMs, minute] of [...minutes].sort(([a], [b]) => a - b))
      objects.push(this.#object(minuteKey({ logGroup, minuteMs }), await minute.finish()));
    return { objects, events: count };
  }

  #object(key: string, file: MinuteFile): RemoteObject {
    this.#drop(key);
    this.#files.set(key, file);
    this.#bytes += file.size;
    return { key, size: file.size, modifiedMicros: file.newestMs * 1000, etag: file.sha256 };
  }

  /** Hands an object's file over. @returns undefined when that version of it is not here */
  async take({ key, etag }: RemoteObject, path: string): Promise<MinuteFile | undefined> {
    const file = this.#files.get(key);
    if (file === undefined || file.sha256 !== etag) return undefined;
    this.#forget(key, file);
    await rename(file.path, path);
    return file;
  }

  /** These need not be kept any longer. */
  release(objects: readonly RemoteObject[]): void {
    for (const { key, etag } of objects) if (this.#files.get(key)?.sha256 === etag) this.#drop(key);
  }

  close(): void {
    this.#files.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #drop(key: string): void {
    const file = this.#files.get(key);
    if (file === undefined) return;
    this.#forget(key, file);
    rmSync(file.path, { force: true });
  }

  #forget(key: string, file: MinuteFile): void {
    this.#files.delete(key);
    this.#bytes -= file.size;
    for (const go of this.#waiting) go();
  }
}
