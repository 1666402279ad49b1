import type { EventContent } from "./named-record.ts";
import type { LinePlace } from "./row-run.ts";

/** Takes the events of an envelope as a line decoder does, and keeps the text of one. */
export class EventFinder {
  /** The event's message, its line breaks as spaces. */
  text: string | undefined;
  readonly #wanted: number;

  /** @param subPosition number of the event in its record, from 1 */
  constructor(subPosition: number) {
    this.#wanted = subPosition;
  }

  readEvents(events: readonly EventContent[], _times: Float64Array, before: LinePlace): void {
    const event = events[this.#wanted - before.subPosition - 1];
    if (event !== undefined) this.text = typeof event === "string" ? event : event.text;
  }

  readNamed(): void {
    // A record that is no envelope is its own text.
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
