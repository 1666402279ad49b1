import type { Role } from "#model/roles.js";

/** What a route wants of who calls it, and what the audit log notes of it. */
export interface RouteRule {
  /** `anyone`: also without sign-in. */
  readonly least: Role | "anyone";
  /** The audit log's word for it; undefined: not noted. */
  readonly action?: string;
  /** Only what was not allowed is noted, not what was done: it comes every second. */
  readonly notes?: "refusals";
  /** The route asks for a key of its own, whoever is signed in: headers are none of a session or token. */
  readonly hasKey?: boolean;
  /** Whether the request itself is noted: questions, never what may hold a password. */
  readonly noteRequest?: boolean;
  /** The route reads its body itself, and sees to its size. */
  readonly readsBody?: boolean;
}

const anyone: RouteRule = { least: "anyone" };
/** Looks up what is no question about traffic. */
const looksUp: RouteRule = { least: "viewer" };
const asks = (word: string, least: Role = "viewer"): RouteRule => ({
  least,
  action: `ask.${word}`,
  noteRequest: true,
});
/** What leaves Weir is noted with what was done, which is kept longer than what was asked. */
const takesAway: RouteRule = { least: "analyst", action: "export", noteRequest: true };
const does = (action: string, least: Role): RouteRule => ({ least, action });

/** Machines that send logs: the key of the source is asked for by the route. */
const pushes: RouteRule = { least: "anyone", action: "push", notes: "refusals", hasKey: true, readsBody: true };

/** Every route under /api/v1: method and path → what it wants. A test fails for a route that has none. */
const apiRules: Readonly<Record<string, RouteRule>> = {
  "GET /session": anyone,
  "POST /session": { least: "anyone", action: "session.open" },
  "DELETE /session": does("session.close", "viewer"),
  "PUT /session/password": does("session.password", "viewer"),
  "GET /users": { least: "admin" },
  "POST /users": does("user.add", "admin"),
  "PATCH /users/:name": does("user.change", "admin"),
  "DELETE /users/:name": does("user.remove", "admin"),
  "GET /tokens": looksUp,
  "POST /tokens": does("token.create", "viewer"),
  "DELETE /tokens/:id": does("token.revoke", "viewer"),
  "GET /audit": does("audit.read", "admin"),

  "GET /openapi.json": looksUp,
  "GET /catalogue": looksUp,
  "GET /values": asks("values"),
  // At every key that is pressed, and no question yet.
  "POST /filter/complete": looksUp,
  "POST /filter/check": looksUp,

  "POST /query": asks("query"),
  "POST /why": asks("why"),
  "POST /rows": asks("rows"),
  "POST /rows/counts": asks("rows"),
  "POST /evidence": asks("evidence"),
  "GET /entities/:kind/:id": asks("entity"),
  "GET /find": asks("find"),
  "POST /map": asks("map"),
  "GET /export": takesAway,
  "POST /export": takesAway,
  "GET /sources": looksUp,
  "GET /sources/objects": looksUp,
  "GET /sources/doctor": looksUp,
  "GET /malformed": asks("malformed"),
  "GET /coverage/calendar": looksUp,
  "GET /logs": looksUp,
  "GET /events": looksUp,
  "POST /ingest": { ...does("ingest", "admin"), readsBody: true },
  "POST /push/:source": pushes,
  "POST /push/:source/firehose": pushes,
  "POST /demo": does("demo", "admin"),
  "GET /views": looksUp,
  "POST /views": does("view.save", "viewer"),
  "PUT /views/:id": does("view.change", "viewer"),
  "DELETE /views/:id": does("view.remove", "viewer"),
};

/** Every other route: the page, and what operators watch. */
const rootRules: Readonly<Record<string, RouteRule>> = {
  "GET /healthz": anyone,
  "GET /readyz": anyone,
  // Sees to it itself: without sign-in only for this machine.
  "GET /metrics": anyone,
  "GET /*": anyone,
};

/** Of each route by method and full path. */
export const routeRules: ReadonlyMap<string, RouteRule> = new Map([
  ...Object.entries(rootRules),
  ...Object.entries(apiRules).map(([route, rule]) => [route.replace(" ", " /api/v1"), rule] as const),
]);

/** The rule of a route that was forgotten: nobody but admins. */
export const strictest: RouteRule = { least: "admin", action: "unlisted" };
