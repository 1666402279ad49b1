import type { AwsFault } from "./aws-faults.ts";
import type { AwsProtocol } from "./aws-service.ts";
import type { Asked } from "./http-service.ts";
import { xml, xmlDocument, type XmlValue } from "./xml.ts";

/** An output in XML: the members of an element. */
export interface QueryOutput {
  readonly [name: string]: XmlValue;
}

/**
 * The AWS Query protocol: a form whose Action names the operation, XML as answer.
 * Source: Smithy specification, "AWS query protocol".
 */
export function queryProtocol(namespace: string): AwsProtocol {
  return {
    operationOf: (asked) => formOf(asked).get("Action") ?? "",
    tell: (operation, output) =>
      tellXml(
        200,
        xmlDocument(`${operation}Response`, namespace, {
          [`${operation}Result`]: output as QueryOutput,
          ResponseMetadata: { RequestId: "request" },
        }),
      ),
    tellFault: ({ status, code, message }) =>
      tellXml(
        status,
        xmlDocument("ErrorResponse", namespace, {
          Error: { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message },
          RequestId: "request",
        }),
      ),
  };
}

/**
 * EC2's variety of it: no element around the output, and errors in a list.
 * Source: Smithy specification, "AWS EC2 query protocol".
 */
export function ec2Protocol(namespace: string): AwsProtocol {
  return {
    operationOf: (asked) => formOf(asked).get("Action") ?? "",
    tell: (operation, output) =>
      tellXml(
        200,
        xmlDocument(`${operation}Response`, namespace, { requestId: "request", ...(output as QueryOutput) }),
      ),
    tellFault: ({ status, code, message }: AwsFault) =>
      tellXml(
        status,
        `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${xml({ Errors: { Error: { Code: code, Message: message } }, RequestID: "request" })}</Response>`,
      ),
  };
}

/** A call's parameters. */
export function formOf({ body }: Asked): URLSearchParams {
  return new URLSearchParams(body.toString());
}

/** A list of parameters: NAME.1, NAME.2 and so on. */
export function numbered(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let at = 1; ; at++) {
    const value = form.get(`${name}.${at}`);
    if (value === null) return values;
    values.push(value);
  }
}

function tellXml(status: number, body: string): { status: number; headers: Record<string, string>; body: string } {
  return { status, headers: { "content-type": "text/xml;charset=UTF-8" }, body };
}
