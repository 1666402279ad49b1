import { derivedTables, type DerivedTable } from "#model/tables.js";
import {
  carriedSql,
  directionsSql,
  factsSql,
  observationsSql,
  ownSideSql,
  splitKeysSql,
  splitSql,
  volumesSql,
} from "./assemble-sql.ts";
import {
  chooseMacros,
  chosenSql,
  clientsSql,
  conversationsSql,
  joinedSql,
  translatorsSql,
} from "./conversations-sql.ts";
import { deriveMacros, keyedRowsSql, readFlowsSql, richnessMacro } from "./flow-rows-sql.ts";
import { loadNames, noNames, type KnownNames } from "./known-names.ts";
import { middleSql, ownByNameSql, translatedSql, unlearnSql } from "./names-sql.ts";
import { knownOwnSql, learnSql, LEARNING_ROUNDS, logsSql, observersSql, pairsSql } from "./observers-sql.ts";
import { carryHashSql, largeSql, outputsSql, placedSql } from "./outputs-sql.ts";
import type { SqlRunner } from "./sql-runner.ts";

/** What one hour needs. Times are microseconds since 1970. */
export interface HourInput {
  readonly hourStart: number;
  /** SQL of the relation with the flows of the hour and its halo. */
  readonly flows: string;
  /** SQL of the relations with what the hours before left. */
  readonly carryBefore: string;
  readonly observersBefore: string;
}

/** The name of the table that collects an hour's rows of a derived table. */
export const outTable = (table: DerivedTable): string => `out_${table}`;

/** Prepares an engine: the functions that all hours use, and the names that hold now. */
export async function prepareDerivation(sql: SqlRunner, names: KnownNames = noNames): Promise<void> {
  for (const macro of [...deriveMacros, richnessMacro, ...chooseMacros]) await sql.run(macro);
  await loadNames(sql, names);
}

/**
 * Assembles the conversations of one hour and adds them, and everything that is made of them, to the tables named by
 * {@link outTable}. A pure function of its input and of the names that the engine was prepared with: neither the order of the
 * flows nor that of the hours' arrival matters.
 * @returns the hash of what the next hour depends on; undefined, and no rows, when nothing passed in the hour
 */
export async function deriveHour(sql: SqlRunner, input: HourInput): Promise<string | undefined> {
  const { hourStart } = input;
  await sql.run(`CREATE OR REPLACE TEMP TABLE carry_before AS SELECT * FROM ${input.carryBefore}`);
  await sql.run(`CREATE OR REPLACE TEMP TABLE observers_before AS SELECT * FROM ${input.observersBefore}`);
  await sql.run(readFlowsSql(input.flows, hourStart));
  const hasNames = (await count(sql, "named_interfaces")) + (await count(sql, "named_blocks")) > 0;
  const hasUnknownPoints = await learnOwnAddresses(sql, hasNames);
  await sql.run(observersSql(input.flows, hourStart));
  await sql.run(logsSql);
  const hasRivals = (await count(sql, "logs")) > 0;
  if (hasNames) for (const statement of middleSql) await sql.run(statement);
  const hasMiddle = hasNames && (await count(sql, "middle")) > 0;
  await sql.run(keyedRowsSql(hourStart, { hasUnknownPoints, hasRivals, hasMiddle }));
  await sql.run(translatorsSql);
  await sql.run(observationsSql);
  await splitKeys(sql);
  for (const statement of [
    directionsSql,
    ownSideSql,
    volumesSql,
    factsSql,
    carriedSql(hourStart),
    joinedSql(hourStart),
    clientsSql,
    chosenSql,
    conversationsSql(hourStart),
    ...(hasNames ? translatedSql : []),
    placedSql,
    largeSql,
  ])
    await sql.run(statement);
  // An hour that nothing passed in leaves nothing, not even what it was left with: whether it was ever looked at must not show.
  if ((await count(sql, "conv")) === 0) return undefined;
  const outputs = outputsSql(hourStart);
  await sql.run(`CREATE OR REPLACE TEMP TABLE carry_now AS ${outputs.carry}`);
  for (const table of derivedTables)
    await sql.run(
      `INSERT INTO ${outTable(table)} BY NAME ${table === "carry" ? "SELECT * FROM carry_now" : outputs[table]}`,
    );
  return String((await sql.rows(carryHashSql))[0]?.[0]);
}

/** Learns which addresses are whose, where logs do not say at which end an observer stands. @returns whether any log leaves it open */
async function learnOwnAddresses(sql: SqlRunner, hasNames: boolean): Promise<boolean> {
  await sql.run(knownOwnSql);
  if (hasNames) for (const statement of ownByNameSql) await sql.run(statement);
  await sql.run(pairsSql);
  const hasUnknownPoints = (await count(sql, "pairs")) > 0;
  if (hasNames) await sql.run(unlearnSql);
  if (!hasUnknownPoints) return false;
  let known = -1;
  for (let round = 0; round < LEARNING_ROUNDS; round++) {
    const now = await count(sql, "own");
    if (now === known) break;
    known = now;
    await sql.run(learnSql);
  }
  return true;
}

async function splitKeys(sql: SqlRunner): Promise<void> {
  await sql.run(splitKeysSql);
  if ((await count(sql, "split")) === 0) return;
  for (const statement of splitSql) await sql.run(statement);
}

async function count(sql: SqlRunner, table: string): Promise<number> {
  return Number((await sql.rows(`SELECT count(*) FROM ${table}`))[0]?.[0] ?? 0);
}
