import type { LinePlace } from "./row-run.ts";

const decoder = new TextDecoder();

/** Takes the events of an envelope as a line decoder does, and keeps the text of one. */
export class EventFinder {
  /** The event's message, its line breaks as spaces. */
  text: string | undefined;
  readonly #wanted: number;

  /** @param subPosition number of the event in its record, from 1 */
  constructor(subPosition: number) {
    this.#wanted = subPosition;
  }

  readEvents(bytes: Uint8Array, times: Float64Array, before: LinePlace): void {
    const at = this.#wanted - before.subPosition - 1;
    if (at >= 0 && at < times.length) this.text = decoder.decode(bytes).split("\n")[at];
  }

  enterEnvelope(): void {
    // What the envelope says is no part of the event.
  }

  refuse(): void {
    // What is no event has no text.
  }

  release(): void {
    // No row is held.
  }

  unbind(): void {
    // No column is held.
  }
}
