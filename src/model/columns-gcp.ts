import type { ColumnDefinition } from "./column-definition.ts";

/** Columns that only Google Cloud fills. Ids 200 to 299. Source: "About VPC Flow Logs records". */
export const gcpColumns = {
  reporter: { id: 200, type: "text", heading: "Reporter", groupable: true, description: "Which side wrote the record: SRC, DEST, SRC_GATEWAY, DEST_GATEWAY." },
  latency_ms: { id: 201, type: "float64", heading: "Latency", unit: "ms", description: "Round-trip time." },
} as const satisfies Record<string, ColumnDefinition>;
