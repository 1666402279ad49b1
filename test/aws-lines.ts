/** Start of the traffic in the tests' logs: long ago, so that no clock matters. */
export const START = Date.UTC(2026, 2, 3, 12) / 1000;

/** A line of AWS version 2 that no other number gives. */
export function flowLine(number: number): string {
  const host = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  const start = START + (number % 7200);
  return `2 123456789012 eni-0a1b2c3d ${host} 10.0.1.1 ${1024 + (number % 60_000)} 443 6 ${1 + (number % 9)} ${1000 + number} ${start} ${start + 59} ACCEPT OK`;
}

/** Lines `from` to `to` (without it), each ended. */
export function flowLines(from: number, to: number): string {
  let text = "";
  for (let number = from; number < to; number++) text += `${flowLine(number)}\n`;
  return text;
}
