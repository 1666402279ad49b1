/** A question that was asked before. */
export interface AskedPath {
  readonly client: string;
  readonly server: string;
}

const KEY = "weir-paths";
const MOST = 8;

/** The questions that this browser asked last, the newest first. */
export function recentPaths(): readonly AskedPath[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isAsked).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberPath(asked: AskedPath): void {
  const others = recentPaths().filter(({ client, server }) => client !== asked.client || server !== asked.server);
  localStorage.setItem(KEY, JSON.stringify([asked, ...others].slice(0, MOST)));
}

function isAsked(value: unknown): value is AskedPath {
  const { client, server } = (value ?? {}) as Partial<Record<keyof AskedPath, unknown>>;
  return typeof client === "string" && typeof server === "string";
}
