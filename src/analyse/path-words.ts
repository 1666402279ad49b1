/** Words that the sentences are made of. Times are UTC. */

/** `2026-03-03 14:05`; the time alone where `beside` is on the same day. Microseconds or RFC 3339. */
export function clock(time: number | string, beside?: number | string): string {
  const text = minute(time);
  return beside !== undefined && minute(beside).slice(0, 10) === text.slice(0, 10) ? text.slice(11) : text;
}

function minute(time: number | string): string {
  const text = typeof time === "number" ? new Date(time / 1000).toISOString() : time;
  return text.slice(0, 16).replace("T", " ");
}

/** `a, b and c`. */
export function list(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** `58 min`, `3.2 s`. */
export function lengthText(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A flow log or network as people call it: the last part of Azure's long ids. */
export function logName(id: string | null): string {
  if (id === null || id === "") return "logs without an id";
  return id.split("/").at(-1) ?? id;
}

const MOST_SERVICES = 5;

/** Some of the services, and how many there are. */
export function servicesText(names: readonly string[]): string {
  if (names.length <= MOST_SERVICES) return list(names);
  return `${names.length} services (${names.slice(0, MOST_SERVICES).join(", ")}, …)`;
}
