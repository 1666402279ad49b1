/** What one observer logged of one conversation in one direction on one UTC day, in the log's own kind of bytes. */
export interface TallyEntry {
  /** Days since 1970, of the records' own time. */
  readonly day: number;
  readonly isReply: boolean;
  records: number;
  bytes: number;
  packets: number;
}

const DAY_MS = 86_400_000;

/** Adds up what one observer logged of one conversation and was delivered. */
export class Tally {
  readonly entries: TallyEntry[] = [];

  add(timeMs: number, isReply: boolean, bytes: number, packets: number): void {
    const day = Math.floor(timeMs / DAY_MS);
    let entry = this.entries.find((known) => known.day === day && known.isReply === isReply);
    if (entry === undefined) this.entries.push((entry = { day, isReply, records: 0, bytes: 0, packets: 0 }));
    entry.records++;
    entry.bytes += bytes;
    entry.packets += packets;
  }

  /** Whether any record of a direction was delivered. */
  has(isReply: boolean): boolean {
    return this.entries.some((entry) => entry.isReply === isReply);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }
}
