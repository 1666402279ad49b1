import { Scene, timeOf, type Incident } from "../incident.ts";
import type { Story, WorldSpan } from "../story.ts";
import { breakIn } from "./break-in.ts";
import { faults } from "./faults.ts";
import { outbound } from "./outbound.ts";
import { paths } from "./paths.ts";
import { scans } from "./scans.ts";
import { standing } from "./standing.ts";

/** Every incident and every look-alike. One more is one more entry here. */
export const allIncidents: readonly Incident[] = [...scans, ...breakIn, ...outbound, ...faults, ...paths, ...standing];

/** Tells each incident as a whole in the hour in which it begins. */
export const incidents: Story = {
  name: "incidents",
  tell(pen, estate) {
    for (const incident of allIncidents) {
      if (incident.when === undefined || incident.tell === undefined) continue;
      const time = timeOf(incident.when, pen.world);
      if (time === null || time.fromMs < pen.fromMs || time.fromMs >= pen.toMs) continue;
      incident.tell(new Scene(incident, time, pen, estate));
    }
  },
};

const SLOT_MS = 300_000;

/** When the payment network's log is not delivered: whole objects. */
export function logGap(world: WorldSpan): { readonly fromMs: number; readonly toMs: number } | null {
  const gap = faults.find(({ id }) => id === "log-gap");
  const time = gap?.when === undefined ? null : timeOf(gap.when, world);
  if (time === null) return null;
  const slot = (timeMs: number): number => Math.floor(timeMs / SLOT_MS) * SLOT_MS;
  return { fromMs: slot(time.fromMs), toMs: slot(time.toMs) };
}

/** The VPC whose log has the gap. */
export const GAP_NETWORK = "payments";
