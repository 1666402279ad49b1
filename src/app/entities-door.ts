/** Who or what something is, as a part of the door: see index.ts. */
import type { EntityAnswer, EntityRequest } from "./entities.ts";
import type { FoundEntity } from "./entity-types.ts";
import type { FindRequest } from "./finding.ts";

export type { EntityAnswer, EntityRequest } from "./entities.ts";
export type { FoundEntity } from "./entity-types.ts";
export type { FindRequest } from "./finding.ts";

/** Who or what something is, as far as logs, names and inventories tell. */
export async function askEntity(dataDir: string, request: EntityRequest): Promise<EntityAnswer> {
  return (await import("./entities.ts")).askEntity(dataDir, request);
}

/** What a person may mean by a word: names, addresses, ids. */
export async function findEntities(dataDir: string, request: FindRequest): Promise<FoundEntity[]> {
  return (await import("./finding.ts")).findEntities(dataDir, request);
}
