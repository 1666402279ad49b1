import { expect, it } from "vitest";
import { AccessControl } from "#access/index.js";
import { createApi } from "../create-api.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { observeRoutes, type ObserveDeps } from "../observe/observe-routes.ts";
import { pageRoutes } from "../page.ts";
import { routeRules } from "./route-rules.ts";
import { Hono } from "hono";

/** Routes by method and path, as the server puts them together; declaring them asks nothing of what they need. */
function routes(): string[] {
  const nothing = Object.create(AccessControl.prototype) as AccessControl;
  const deps = { access: nothing, auth: "none", isBehindTls: false } as unknown as ApiDependencies;
  const root = new Hono();
  root.route("/api/v1", createApi(deps));
  root.route("/", observeRoutes({ isBehindTls: false } as ObserveDeps));
  root.route("/", pageRoutes());
  return [
    ...new Set(root.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`)),
  ];
}

it("says of every route who may call it, and of no other", () => {
  expect(routes().filter((route) => !routeRules.has(route))).toEqual([]);
  expect([...routeRules.keys()].filter((route) => !routes().includes(route))).toEqual([]);
});

it("lets anyone only sign in, load the page, and see that the server is well", () => {
  const open = [...routeRules].filter(([, { least }]) => least === "anyone").map(([route]) => route);
  expect(open.sort()).toEqual([
    "GET /*",
    "GET /api/v1/session",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "POST /api/v1/push/:source",
    "POST /api/v1/push/:source/firehose",
    "POST /api/v1/session",
  ]);
});

it("asks those who push for a key, and for nothing else", () => {
  for (const [route, { hasKey = false }] of routeRules)
    expect([route, hasKey]).toEqual([route, route.includes("/push/")]);
});

/** They only read what is written; what is asked with it is noted then. */
const typing = ["POST /api/v1/filter/complete", "POST /api/v1/filter/check"];

it("notes every write, and no request that may hold a password", () => {
  const silent = [...routeRules].filter(([route, { action }]) => !route.startsWith("GET ") && action === undefined);
  expect(silent.map(([route]) => route)).toEqual(typing);
  for (const [route, { noteRequest }] of routeRules)
    if (/session|user|token/.test(route)) expect([route, noteRequest ?? false]).toEqual([route, false]);
});
