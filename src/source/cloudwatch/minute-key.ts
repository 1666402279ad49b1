/** An object of a log group: all events of one minute, by their own time. */
export interface MinuteName {
  /** Name of the log group, or its ARN. */
  readonly logGroup: string;
  /** Its beginning, milliseconds since 1970. */
  readonly minuteMs: number;
}

export const MINUTE_MS = 60_000;

/** `/vpc/flow@2026-11-28T13:40Z`. Names of log groups have no `@`. */
export function minuteKey({ logGroup, minuteMs }: MinuteName): string {
  return `${logGroup}@${new Date(minuteMs).toISOString().slice(0, 16)}Z`;
}

/** Reads a key. @returns undefined when it is none */
export function readMinuteKey(key: string): MinuteName | undefined {
  const [, logGroup, time] = /^([^@]+)@(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})Z$/.exec(key) ?? [];
  const minuteMs = Date.parse(`${time}:00Z`);
  return logGroup === undefined || Number.isNaN(minuteMs) ? undefined : { logGroup, minuteMs };
}

export function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
