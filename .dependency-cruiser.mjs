/**
 * The import map: who may import whom. ARCHITECTURE.md draws it; this file decides it.
 * A module is entered by its index.ts, the store also by its engine.ts; only base, model and api/contract are open.
 */
const mayImport = {
  base: [],
  model: ["base"],
  filter: ["base", "model"],
  decode: ["base", "model"],
  demo: ["base", "model"],
  source: ["base", "model"],
  catalog: ["base", "model"],
  inventory: ["base", "model", "catalog"],
  store: ["base", "model", "catalog"],
  collect: ["base", "model", "catalog", "source", "decode", "store"],
  query: ["base", "model", "filter", "catalog", "store"],
  derive: ["base", "model", "catalog", "inventory", "store"],
  analyse: ["base", "model", "filter", "query"],
  export: ["base", "model", "query", "analyse"],
  access: ["base", "model", "catalog"],
  config: ["base", "model"],
  "api/contract": ["base", "model"],
  api: ["base", "model", "filter", "export", "access", "app", "api/contract"],
  web: ["base", "model", "filter", "api/contract"],
  cli: ["base", "model", "export", "app", "access", "config", "api"],
  // app, the composition root of what the product can do, may import every module but cli, api and web.
};

const layerRules = Object.entries(mayImport).map(([module, allowed]) => ({
  name: `${module}-imports`,
  comment: `src/${module} may import: ${allowed.join(", ") || "nothing"}. Move the code, or change the map here and in ARCHITECTURE.md in the same commit.`,
  severity: "error",
  from: { path: `^src/${module}/`, pathNot: module === "api" ? ["^src/api/contract/"] : [] },
  to: { path: "^src/", pathNot: [module, ...allowed].map((name) => `^src/${name}/`) },
}));

const browserSafe = "^src/(base|model|filter|api/contract|web)/";
const test = "[.](test|fake|contract)[.]tsx?$";

export default {
  forbidden: [
    ...layerRules,
    {
      name: "app-is-the-root",
      comment: "The composition root knows nothing of its callers.",
      severity: "error",
      from: { path: "^src/app/" },
      to: { path: "^src/(cli|api|web)/" },
    },
    {
      name: "through-the-door",
      comment: "Import another module by its index.ts (the store also by its engine.ts); only base, model and api/contract are open.",
      severity: "error",
      from: { path: "^src/([^/]+)/", pathNot: test },
      to: { path: "^src/", pathNot: ["^src/$1/", "^src/(base|model|api/contract)/", "^src/[^/]+/index[.]ts$", "^src/store/engine[.]ts$"] },
    },
    {
      name: "browser-safe",
      comment: "These modules also run in the browser: no Node.js built-in.",
      severity: "error",
      from: { path: browserSafe, pathNot: test },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or want a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-tests-in-product",
      comment: "Product code imports no test, fake or contract suite.",
      severity: "error",
      from: { path: "^src/", pathNot: test },
      to: { path: test },
    },
    {
      name: "duckdb-only-in-the-lake",
      comment: "Only store/lake talks to DuckDB: its one factory sets the spill folder and the limits.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/store/lake/", test] },
      to: { path: "@duckdb/" },
    },
    {
      name: "libsql-only-in-the-catalog",
      comment: "libsql aborts the process on a wrong parameter; only catalog/ and its bind() talk to it.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/catalog/", test] },
      to: { path: "node_modules/libsql" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ["source", "import", "node", "default"], exportsFields: ["exports"] },
    doNotFollow: { path: "node_modules" },
  },
};
