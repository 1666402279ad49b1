import { askEntity, findEntities, type EntityAnswer } from "#app/index.js";
import { jsonText } from "#export/index.js";
import type { EntityKind } from "../../contract/index.ts";
import { task, withoutUndefined } from "../task.ts";

/** Things with a page, and how they are found. */
export const entityTasks = {
  entity: task<{ readonly kind: EntityKind; readonly id: string }>({
    cost: "light",
    lasting: "lake",
    async run(request, { dataDir, scope, signal }) {
      return entityJson(await askEntity(dataDir, { ...withoutUndefined({ ...request, scope }), signal }));
    },
  }),
  find: task<{ readonly text: string }>({
    cost: "light",
    lasting: "lake",
    async run({ text }, { dataDir, scope, signal }) {
      const found = await findEntities(dataDir, { ...withoutUndefined({ text, scope }), signal });
      return JSON.stringify({ found });
    },
  }),
};

function entityJson(entity: EntityAnswer): string {
  const { namedBy, isPublic, firstSeen, lastSeen, identityCounts, identity, days, searched, nearest, ...same } = entity;
  return jsonText({
    ...same,
    named_by: namedBy,
    is_public: isPublic,
    first_seen: iso(firstSeen),
    last_seen: iso(lastSeen),
    identity: identity.map((part) => ({ ...part, from: iso(part.from), to: iso(part.to) })),
    identity_counts: identityCounts,
    searched: searched === null ? null : { from: iso(searched.from), to: iso(searched.to) },
    days: days.map(({ day, hours, bytes, peers }) => ({
      day,
      hours,
      bytes: String(bytes),
      peers: peers === null ? null : String(peers),
    })),
    nearest: nearest.map((each) => ({ ...each })),
  });
}

function iso(micros: number | null): string | null {
  return micros === null ? null : new Date(micros / 1000).toISOString();
}
