/** Little-endian words of the texts that the line reader recognises by comparing numbers. */
export const ACCE = 0x45434341;
export const PT = 0x5450;
export const REJE = 0x454a4552;
export const CT = 0x5443;
export const EGRE = 0x65726765;
export const SS = 0x7373;
export const INGR = 0x72676e69;
export const RESS = 0x73736572;
export const NODA = 0x41444f4e;
export const TA = 0x4154;
export const SKIP = 0x50494b53;
export const DATA = 0x41544144;

/** 1 for protocols that have ports: TCP, UDP, DCCP, SCTP, UDP-Lite. */
export const hasPorts = new Uint8Array(256);
for (const protocol of [6, 17, 33, 132, 136]) hasPorts[protocol] = 1;

/**
 * Why reading stopped: at the end, at the row limit, where the size of the output is to be looked at, in front of a line
 * that is to be looked at, behind a NODATA or SKIPDATA line.
 */
export const stops = { end: 0, full: 1, check: 2, unusual: 3, coverage: 4 } as const;
export type Stop = (typeof stops)[keyof typeof stops];

/** Longest line, bytes without its end. */
export const LINE_LIMIT = 65_536;

/** Blank lines and comments. */
export function isNoRecord(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === "" || trimmed.startsWith("#");
}
