/** Names under which {@link SourceMemory} keeps what a person should know of a queue. */
export const queueNotes = {
  /** JSON: how many messages could not be read, and the last one's reason and beginning. */
  malformed: "queue:malformed",
  /** JSON: another bucket that messages name, and how many do. */
  otherBucket: "queue:other-bucket",
} as const;
