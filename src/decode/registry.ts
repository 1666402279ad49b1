import { awsEnvelopeFormat } from "./aws/aws-envelopes.ts";
import { awsTextFormat } from "./aws/aws-text-format.ts";
import { azureFormat } from "./azure/azure-format.ts";
import type { FormatDefinition } from "./decoder.ts";
import { gcpFormat } from "./gcp/gcp-format.ts";
import { createJsonFormat } from "./json/json-format.ts";
import type { JsonRecordFormat } from "./json/json-record.ts";

/** Kinds of JSON record, asked in this order. A format is one folder and one line here. */
const jsonRecords: readonly JsonRecordFormat[] = [azureFormat, gcpFormat, awsEnvelopeFormat];

/** Families of objects, asked in this order. */
export const formats: readonly FormatDefinition[] = [createJsonFormat(jsonRecords), awsTextFormat];
