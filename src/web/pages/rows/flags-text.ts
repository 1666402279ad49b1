const flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"] as const;

/** `SYN ACK FIN`: the TCP flags that are set; a dash where none is known. */
export function flagsText(bits: number | null): string {
  if (bits === null) return "–";
  const set = flags.filter((_, at) => (bits & (1 << at)) !== 0);
  return set.length === 0 ? "none" : set.join(" ");
}
