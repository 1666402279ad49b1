/** An event of CloudWatch Logs. */
export interface LogEvent {
  readonly stream: string;
  /** Milliseconds since 1970; for flow logs the record's start. */
  readonly timestamp: number;
  readonly message: string;
  /** When it arrived, and since when it can be found. */
  readonly ingestionTime: number;
  /** Unique, and always the same for the same event. */
  readonly eventId: string;
}

export interface LogGroupFacts {
  readonly account: string;
  readonly region: string;
  readonly kmsKeyId?: string;
  readonly retentionInDays?: number;
}

/** A log group: its events in the order of their timestamps. */
export class LogGroup {
  readonly name: string;
  readonly facts: LogGroupFacts;
  readonly #now: () => number;
  #events: LogEvent[] = [];
  #sorted = true;
  #count = 0;

  constructor(name: string, facts: LogGroupFacts, now: () => number) {
    this.name = name;
    this.facts = facts;
    this.#now = now;
  }

  get arn(): string {
    return `arn:aws:logs:${this.facts.region}:${this.facts.account}:log-group:${this.name}`;
  }

  /**
   * Puts an event in.
   * @param ingestionTime when it arrives; now, when it is not said. What arrives later is not found before: a late event.
   */
  put(stream: string, timestamp: number, message: string, ingestionTime = this.#now()): void {
    // 56 digits, as CloudWatch Logs has; the number makes them unique.
    const eventId = String(timestamp).padStart(20, "3") + String(this.#count++).padStart(36, "0");
    this.#events.push({ stream, timestamp, message, ingestionTime, eventId });
    this.#sorted = false;
  }

  /** The events that have arrived, by time, then by arrival. */
  get events(): readonly LogEvent[] {
    if (!this.#sorted) this.#events.sort(compare);
    this.#sorted = true;
    const nowMs = this.#now();
    return this.#events.filter(({ ingestionTime }) => ingestionTime <= nowMs);
  }

  /** Streams by name, with the events of each. */
  get streams(): ReadonlyMap<string, readonly LogEvent[]> {
    const streams = new Map<string, LogEvent[]>();
    for (const event of this.events) {
      const events = streams.get(event.stream);
      if (events === undefined) streams.set(event.stream, [event]);
      else events.push(event);
    }
    return new Map([...streams].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function compare(a: LogEvent, b: LogEvent): number {
  return a.timestamp - b.timestamp || (a.eventId < b.eventId ? -1 : 1);
}
