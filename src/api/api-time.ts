/** Times of the API are RFC 3339 in UTC. @param ms milliseconds since 1970 */
export function isoOfMs(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
