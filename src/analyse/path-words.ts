/** Words that the sentences are made of. Times are UTC. */

const names: Readonly<Record<number, string>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  47: "gre",
  50: "esp",
  58: "icmpv6",
  132: "sctp",
};

/** `5432/tcp`, `icmp`, `port 443`. */
export function serviceText(port: number | null, protocol: number | null): string {
  const name = protocol === null ? null : (names[protocol] ?? `protocol ${protocol}`);
  if (port === null) return name ?? "any service";
  return name === null ? `port ${port}` : `${port}/${name}`;
}

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

/** `1 attempt`, `2,000 attempts`. */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : one.endsWith("s") ? "es" : "s"}`;
}

/** `58 min`, `3.2 s`. */
export function lengthText(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `9.4 MB`, decimal as clouds bill. */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let [value, step] = [bytes, 0];
  for (; value >= 999.95 && step < units.length - 1; step++) value /= 1000;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
}

/** A flow log or network as people call it: the last part of Azure's long ids. */
export function logName(id: string | null): string {
  if (id === null || id === "") return "logs without an id";
  return id.split("/").at(-1) ?? id;
}
