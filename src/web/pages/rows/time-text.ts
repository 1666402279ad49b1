/** Times of rows as text. A formatter costs far more than formatting: each zone has one. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-03 14:05:09` in a time zone, of RFC 3339 text in UTC. */
export function rowTime(iso: string, timeZone: string): string {
  if (timeZone === "UTC") return iso.slice(0, 19).replace("T", " ");
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    // Swedish writes the date as everybody can read it.
    formatter = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    formatters.set(timeZone, formatter);
  }
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : formatter.format(time);
}
