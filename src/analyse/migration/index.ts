import type { TableReader } from "#query/index.js";
import type { LogsScope } from "../logs/read-facts.ts";
import { commonTimes, compareInterfaces } from "./compare-interfaces.ts";
import { findSuccessors } from "./find-successors.ts";
import { NSG_RETIREMENT, type MigrationAnswer } from "./migration-types.ts";
import type { ToldEstate } from "./told-cover.ts";
import { readInterfaces } from "./read-interfaces.ts";

export type { ToldEstate } from "./told-cover.ts";
export type { ComparedInterface, MigrationAnswer, NsgLog, SideSums } from "./migration-types.ts";

/** More interfaces than this are not compared one by one. */
const MOST_INTERFACES = 200;

/** How far the way from NSG flow logs to VNet flow logs is gone, and whether both say the same where both run. */
export async function judgeMigration(
  asked: LogsScope,
  told: ToldEstate,
  reader: TableReader,
): Promise<MigrationAnswer> {
  const interfaces = await readInterfaces(asked, reader);
  const common = commonTimes(interfaces);
  const spans = common.slice(0, MOST_INTERFACES);
  return {
    range: asked.range,
    retirement: NSG_RETIREMENT,
    logs: findSuccessors(interfaces, inScopeOf(asked, told)),
    compared: await compareInterfaces(asked, spans, reader),
    notCompared: common.length - spans.length,
  };
}

/** What of an estate is the caller's to see. */
function inScopeOf({ scope }: LogsScope, told: ToldEstate): ToldEstate {
  const accounts = scope?.accounts;
  if (accounts === undefined) return told;
  return {
    interfaces: told.interfaces.filter(({ account }) => accounts.includes(account)),
    flowLogs: told.flowLogs.filter(({ account }) => accounts.includes(account)),
  };
}
