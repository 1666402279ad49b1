const pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * Reads an RFC 3339 time with any number of fraction digits as whole microseconds since 1970; further digits are cut off.
 * Without an offset it is UTC. Undefined when it is no such time.
 */
export function parseIsoTime(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = parts;
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (
    Number(month) < 1 ||
    Number(month) > 12 ||
    Number(day) < 1 ||
    Number(day) > 31 ||
    Number(hour) > 24 ||
    Number(minute) > 59 ||
    Number(second) > 60
  )
    return undefined;
  const isLate = Number(day) > 28 && Number(hour) < 24 && Number(second) < 60;
  if (isLate && new Date(millis).getUTCDate() !== Number(day)) return undefined;
  return millis * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6)) - offsetMinutes(zone) * 60_000_000;
}

function offsetMinutes(zone: string): number {
  if (zone === "Z" || zone === "z") return 0;
  const digits = zone.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return digits.startsWith("-") ? -minutes : minutes;
}
