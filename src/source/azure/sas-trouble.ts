/** Permissions that each action needs of a shared access signature. */
const NEEDED = { list: ["l"], read: ["r"], queue: ["r", "p"] } as const;
const NAMES: Readonly<Record<string, string>> = { l: "list", r: "read", p: "process" };

/**
 * What can be seen to be wrong with a shared access signature from its own query: its time, its permissions. Its signature is not looked at
 * and never told (https://learn.microsoft.com/rest/api/storageservices/create-service-sas).
 */
export function sasTrouble(query: string, action: "list" | "read" | "queue", nowMs: number): string | undefined {
  const parts = new URLSearchParams(query);
  const starts = Date.parse(parts.get("st") ?? "");
  const ends = Date.parse(parts.get("se") ?? "");
  if (ends <= nowMs) return `it expired on ${new Date(ends).toISOString()}`;
  if (starts > nowMs) return `it is not valid before ${new Date(starts).toISOString()}`;
  const granted = parts.get("sp");
  if (granted !== null) {
    const missing = NEEDED[action].filter((letter) => !granted.includes(letter));
    if (missing.length > 0)
      return `it lacks the permission ${missing.map((letter) => `${NAMES[letter]} (${letter})`).join(" and ")}`;
  }
  const services = parts.get("ss");
  const service = action === "queue" ? "q" : "b";
  if (services !== null && !services.includes(service))
    return `it is not for the ${action === "queue" ? "Queue" : "Blob"} service`;
  if (action === "list" && parts.get("sr") === "b") return "it is for one blob, not for the container";
  return undefined;
}
