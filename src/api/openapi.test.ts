import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { describeApi } from "./index.ts";

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }
    >
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const document = describeApi("0.0.0") as Document;
const methods = new Set(["get", "post", "put", "patch", "delete"]);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => methods.has(method))
    .map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

/** All texts under `$ref`. */
function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "$ref" && typeof each === "string" ? [each] : refsIn(each),
  );
}

describe("the description of the API", () => {
  it("is OpenAPI 3.1 with an id of its own for every operation", () => {
    expect(document.openapi).toBe("3.1.0");
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(5);
  });

  it.each(operations)("$name has a summary, an answer and a problem", ({ operation }) => {
    expect(operation.summary).toMatch(/^[A-Z].*[.]$/s);
    expect(Object.keys(operation.responses).some((status) => /^[23]\d\d$/.test(status))).toBe(true);
    expect(refsIn(operation.responses["default"])).toEqual(["#/components/schemas/Problem"]);
  });

  it("points only at what is there", () => {
    for (const ref of refsIn(document)) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1] ?? "";
      expect(document.components.schemas, ref).toHaveProperty(name);
    }
  });

  it("has schemas that are JSON schemas", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "weir", ...document });
    for (const name of Object.keys(document.components.schemas))
      expect(() => ajv.getSchema(`weir#/components/schemas/${name}`), name).not.toThrow();
  });
});
