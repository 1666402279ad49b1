import type { DatasetName } from "./datasets.ts";

/** What can be counted. */
export interface MeasureDefinition {
  readonly heading: string;
  readonly description: string;
  readonly unit?: "bytes" | "packets" | "bytes/s";
  readonly datasets: readonly DatasetName[];
  /** Whether the measures of two hours, or of two halves of the data, add up to that of both: only then may a rollup answer. */
  readonly adds: boolean;
}

/**
 * The measures. Of conversations, bytes are counted once however many observers saw them; of flows they are the plain sum of
 * what the records say.
 */
export const measures = {
  bytes: {
    heading: "Bytes",
    description: "Transferred, both ways, counted once.",
    unit: "bytes",
    datasets: ["conversations"],
    adds: true,
  },
  client_bytes: {
    heading: "From client",
    description: "Sent by the client, counted once.",
    unit: "bytes",
    datasets: ["conversations"],
    adds: true,
  },
  server_bytes: {
    heading: "From server",
    description: "Sent by the server, counted once.",
    unit: "bytes",
    datasets: ["conversations"],
    adds: true,
  },
  attempted_bytes: {
    heading: "Attempted",
    description: "Bytes of what was denied or dropped: sent, and never arrived.",
    unit: "bytes",
    datasets: ["conversations"],
    adds: true,
  },
  packets: {
    heading: "Packets",
    description: "Packets, both ways; of conversations counted once, of flows as logged.",
    unit: "packets",
    datasets: ["conversations", "flows"],
    adds: true,
  },
  conversations: {
    heading: "Conversations",
    description: "Conversations that began in the time asked for.",
    datasets: ["conversations"],
    adds: true,
  },
  active: {
    heading: "Active",
    description: "Conversations that ran in the time asked for, whenever they began.",
    datasets: ["conversations"],
    adds: false,
  },
  denied: {
    heading: "Denied",
    description: "Of conversations: attempts that were denied, strays left out. Of flows: records with a denial.",
    datasets: ["conversations", "flows"],
    adds: true,
  },
  clients: {
    heading: "Clients",
    description: "Different client addresses.",
    datasets: ["conversations"],
    adds: false,
  },
  servers: {
    heading: "Servers",
    description: "Different server addresses.",
    datasets: ["conversations"],
    adds: false,
  },
  rate: {
    heading: "Rate",
    description: "Bytes a second over the time asked for, or over a step.",
    unit: "bytes/s",
    datasets: ["conversations"],
    adds: true,
  },
  p95: {
    heading: "p95 rate",
    description: "95th percentile of the rate over the steps of the time asked for; steps without traffic count as 0.",
    unit: "bytes/s",
    datasets: ["conversations"],
    adds: false,
  },
  records: {
    heading: "Records",
    description: "Log records that the conversations were assembled from.",
    datasets: ["conversations", "observations"],
    adds: true,
  },
  interface_bytes: {
    heading: "Interface bytes",
    description: "Bytes as each observer saw them: for one observer exact, over several counted as often as seen.",
    unit: "bytes",
    datasets: ["observations"],
    adds: true,
  },
  logged_bytes: {
    heading: "Bytes logged",
    description: "The plain sum of what the records say: traffic that two observers saw counts twice.",
    unit: "bytes",
    datasets: ["flows"],
    adds: true,
  },
  flows: { heading: "Flows", description: "Records.", datasets: ["flows"], adds: true },
  windows: { heading: "Windows", description: "Windows without records.", datasets: ["coverage"], adds: true },
  addresses: { heading: "Addresses", description: "Different addresses.", datasets: ["presence"], adds: false },
} as const satisfies Record<string, MeasureDefinition>;

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as readonly MeasureName[];

export function measureOf(name: MeasureName): MeasureDefinition {
  return measures[name];
}

/** The measures of a dataset; the first is the one that ranks when none is asked for. */
export function measuresOf(dataset: DatasetName): MeasureName[] {
  return measureNames.filter((name) => measureOf(name).datasets.includes(dataset));
}
