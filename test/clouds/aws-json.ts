import { AwsFault } from "./aws-faults.ts";
import type { AwsProtocol } from "./aws-service.ts";
import type { Asked } from "./http-service.ts";

/** The members of a call's input. */
export type JsonInput = Readonly<Record<string, unknown>>;

/**
 * The AWS JSON protocol: the operation stands in X-Amz-Target, input and output are JSON, and an error names its type.
 * Source: Smithy specification, "AWS JSON 1.0 protocol" and "AWS JSON 1.1 protocol".
 * @param namespace of the error types, such as com.amazonaws.sqs#
 */
export function jsonProtocol(version: "1.0" | "1.1", namespace = ""): AwsProtocol {
  const headers = { "content-type": `application/x-amz-json-${version}` };
  return {
    operationOf: ({ headers }) => String(headers["x-amz-target"] ?? "").split(".")[1] ?? "",
    tell: (_operation, output) => ({ status: 200, headers, body: JSON.stringify(output) }),
    tellFault: ({ status, code, queryCode, message }) => ({
      status,
      headers: {
        ...headers,
        // Services that once spoke the query protocol go on telling the code of then.
        ...(queryCode === undefined
          ? {}
          : { "x-amzn-query-error": `${queryCode};${status < 500 ? "Sender" : "Receiver"}` }),
      },
      body: JSON.stringify({ __type: namespace + code, message }),
    }),
  };
}

/** A call's input. @throws AwsFault when it is no JSON object */
export function jsonInput({ body }: Asked): JsonInput {
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === "object" && input !== null) return input as JsonInput;
  } catch {
    // Told below.
  }
  throw new AwsFault(400, "SerializationException", "could not read the request");
}

/** A text member. @throws AwsFault when it is missing */
export function textOf(input: JsonInput, name: string): string {
  const value = input[name];
  if (typeof value === "string") return value;
  throw new AwsFault(
    400,
    "InvalidParameterException",
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A text member that may be missing, and is empty then. */
export function optionalText(input: JsonInput, name: string): string {
  const value = input[name];
  return typeof value === "string" ? value : "";
}

export function numberOf(input: JsonInput, name: string): number | undefined {
  const value = input[name];
  return typeof value === "number" ? value : undefined;
}

export function listOf(input: JsonInput, name: string): readonly unknown[] {
  const value = input[name];
  return Array.isArray(value) ? value : [];
}
