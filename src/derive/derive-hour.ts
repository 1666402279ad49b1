import type { ColumnName } from "#model/columns.js";
import type { DerivedTable } from "#model/tables.js";
import {
  carriedSql,
  cutFactsSql,
  directionsSql,
  factsSql,
  observationsSql,
  ownSideSql,
  slotsSql,
  splitKeysSql,
  splitSql,
} from "./assemble-sql.ts";
import { wordTypesSql } from "./codes.ts";
import { chooseMacros, conversationsSql, crowdSql, translatorsSql, verdictsSql } from "./conversations-sql.ts";
import { deriveMacros, nearFlowsSql, readFlowsSql, richnessMacro, rowsSql } from "./flow-rows-sql.ts";
import type { HourShape } from "./hour-shape.ts";
import { loadNames, noNames, type KnownNames } from "./known-names.ts";
import { middleSql, ownByNameSql, translatedSql, unlearnSql } from "./names-sql.ts";
import {
  knownOwnSql,
  learnSql,
  LEARNING_ROUNDS,
  logsSql,
  mineSql,
  observersSql,
  pairsSql,
  shapeSql,
  streamsSql,
  streamTypesSql,
  uncoveredSql,
  withinSql,
} from "./observers-sql.ts";
import {
  absentColumns,
  carryHashSql,
  carrySql,
  largeSql,
  leftSql,
  outputsSql,
  placeColumnsSql,
  placesSql,
  providerSetsSql,
  realmTypeSql,
  waysSql,
  unknownKeysSql,
} from "./outputs-sql.ts";
import { realmsSql, scopeSql, sharedAddressesSql } from "./realms-sql.ts";
import type { SqlRunner } from "./sql-runner.ts";

/** What one hour needs. Times are microseconds since 1970. */
export interface HourInput {
  readonly hourStart: number;
  /** SQL of the relation with the flows of the hour and its halo. */
  readonly flows: string;
  /** The columns that some of these flows have a value in; by default any may. */
  readonly columns?: ReadonlySet<ColumnName>;
  /** SQL of the relation with what the hours before left; asked for when it is needed, because it may still be in the making. */
  readonly before: (table: LeftTable) => Promise<string>;
  /** Is told when the rows are there that the next hour goes on with. */
  readonly onLeft?: (table: LeftTable) => void;
  /** Takes the rows of a table; by default they are added to {@link outTable}. */
  readonly write?: (table: DerivedTable, rows: string, absent: ReadonlySet<ColumnName>) => Promise<void>;
  /** Whether rows of {@link comeInOrder} are handed on in order: that takes memory, and saves sorting them. */
  readonly isOrdered?: boolean;
}

/** What one hour leaves to the next: observers early, while most of the hour's work is still to be done. */
export type LeftTable = "observers" | "carry";

/** Tables whose rows can be handed on in the order in which they are to be written. */
export const comeInOrder: ReadonlySet<DerivedTable> = new Set(["conversations", "observations"]);

/** Observations first: they are most of what is held, and nothing else is made of them. */
const writtenLast = ["observations", "conversations", "rollup_minute", "rollup_hour", "presence"] as const;

/** The name of the table that collects an hour's rows of a derived table. */
export const outTable = (table: DerivedTable): string => `out_${table}`;

/** Prepares an engine: the functions and types that all hours use, and the names that hold now. */
export async function prepareDerivation(sql: SqlRunner, names: KnownNames = noNames): Promise<void> {
  for (const statement of [...deriveMacros, richnessMacro, ...chooseMacros, ...wordTypesSql]) await sql.run(statement);
  await loadNames(sql, names);
}

/**
 * Assembles the conversations of one hour and hands on the rows of them and of everything that is made of them. A pure
 * function of its input and of the names that the engine was prepared with: neither the order of the flows nor that of the
 * hours' arrival matters.
 * @returns the hash of what the next hour depends on; undefined, and no rows, when nothing passed in the hour
 */
export async function deriveHour(sql: SqlRunner, input: HourInput): Promise<string | undefined> {
  const { hourStart } = input;
  const shape = await readHour(sql, input);
  // An hour that nothing passed in leaves nothing, not even what it was left with: whether it was ever looked at must not show.
  if (shape === undefined) return undefined;
  await sql.run(
    shape.hasHops ? translatorsSql : "CREATE OR REPLACE TEMP TABLE translators AS SELECT NULL::UUID AS ip WHERE false",
  );
  const hasParts = await assemble(sql, hourStart, shape);
  if (!shape.hasShared) await loadCarry(sql, input);
  const isCarried = await count(sql, "carry_before");
  await sql.run(carriedSql(hourStart));
  await sql.run(crowdSql);
  for (const statement of [realmTypeSql(shape), ...placesSql, ...providerSetsSql(shape), ...verdictsSql])
    await sql.run(statement);
  const joins = { hasCarry: isCarried > 0, hasCrowd: (await count(sql, "crowd")) > 0 };
  await sql.run(conversationsSql(hourStart, shape, joins, input.isOrdered === true));
  if (shape.hasShared) for (const statement of realmsSql) await sql.run(statement);
  await drop(sql, "facts_rows");
  if (shape.hasNames) for (const statement of translatedSql) await sql.run(statement);
  await sql.run(carrySql(hourStart, hasParts, shape.hasFlags));
  await leave(sql, input, "carry");
  await sql.run(largeSql);
  await writeRows(sql, input, shape);
  return String((await sql.rows(carryHashSql))[0]?.[0]);
}

/** Reads what the hour's flows are like, learns what they leave open, and shows their rows as the view `r`. */
async function readHour(sql: SqlRunner, input: HourInput): Promise<HourShape | undefined> {
  const { hourStart } = input;
  await sql.run(`CREATE OR REPLACE TEMP TABLE observers_before AS SELECT * FROM ${await input.before("observers")}`);
  // Of other hours, too, whose flows stand in the same files: what the hour itself has is told by its streams.
  const near = await nearFlows(sql, input);
  const mayHaveAzure = (await count(sql, `(SELECT 1 FROM ${near} WHERE provider = 'azure' LIMIT 1)`)) > 0;
  for (const statement of readFlowsSql(near, mayHaveAzure)) await sql.run(statement);
  if ((await count(sql, `(SELECT 1 FROM f0 WHERE ${withinSql(hourStart)} LIMIT 1)`)) === 0) return undefined;
  await sql.run(streamsSql(hourStart));
  const [row = []] = await sql.rows(shapeSql);
  const [portless, beyond, cut, hops, flagged, stated, open, twoWay, qualities, providers, hasAzure, logsOfOne] = row;
  for (const statement of streamTypesSql) await sql.run(statement);
  const hasNames = (await count(sql, "named_interfaces")) + (await count(sql, "named_blocks")) > 0;
  await sql.run(knownOwnSql(hourStart));
  if (hasNames) for (const statement of [...ownByNameSql, ...middleSql]) await sql.run(statement);
  if (open === true) await learnOwnAddresses(sql, hasNames);
  await sql.run(observersSql(hourStart));
  await leave(sql, input, "observers");
  await sql.run(mineSql);
  await sql.run(logsSql);
  if (hasNames) await sql.run(sharedAddressesSql);
  const hasShared = hasNames && (await count(sql, "shared_addresses")) > 0;
  if (hasShared) {
    await loadCarry(sql, input);
    for (const statement of scopeSql) await sql.run(statement);
  }
  const shape: HourShape = {
    has: (column) => input.columns?.has(column) ?? true,
    isOpen: open === true,
    hasHalo: beyond === true,
    isCut: cut === true,
    hasRivals: (await count(sql, "logs")) > 0,
    hasMiddle: hasNames && (await count(sql, "middle")) > 0,
    hasNames,
    hasShared,
    hasHops: hops === true,
    hasFlags: flagged === true,
    hasStates: stated === true,
    isTwoWay: twoWay === true,
    hasAzure: hasAzure === true,
    hasPortless: portless === true,
    hasOneQuality: Number(qualities) <= 1,
    isPlain: Number(logsOfOne) === 1 && Number(providers) === 1 && twoWay !== true,
    providerCount: Number(providers),
  };
  await sql.run(rowsSql(hourStart, shape));
  return shape;
}

/**
 * SQL of the relation with the hour's flows and its halo. Of a large hour it reads the files, which costs less than putting rows
 * down; a small one is put down: twenty statements need not open its files then.
 */
async function nearFlows(sql: SqlRunner, { flows, hourStart, write }: HourInput): Promise<string> {
  if (write !== undefined) return `(${nearFlowsSql(flows, hourStart)})`;
  await sql.run(`CREATE OR REPLACE TEMP TABLE near_flows AS ${nearFlowsSql(flows, hourStart)}`);
  return "near_flows";
}

/** What the hour before left goes on, as table `carry_before`. */
async function loadCarry(sql: SqlRunner, input: HourInput): Promise<void> {
  await sql.run(`CREATE OR REPLACE TEMP TABLE carry_before AS SELECT * FROM ${await input.before("carry")}`);
}

/** Learns which addresses are whose, where logs do not say at which end an observer stands. */
async function learnOwnAddresses(sql: SqlRunner, hasNames: boolean): Promise<void> {
  await sql.run(pairsSql);
  if (hasNames) await sql.run(unlearnSql);
  await sql.run(uncoveredSql("pairs"));
  let known = -1;
  for (let round = 0; round < LEARNING_ROUNDS; round++) {
    const now = await count(sql, "own");
    if (now === known || (await count(sql, "uncovered")) === 0) break;
    known = now;
    await sql.run(learnSql);
    await sql.run(uncoveredSql("uncovered"));
  }
  await drop(sql, "pairs", "uncovered");
}

/** Makes observations, own sides and facts. @returns whether some keys hold more than one conversation */
async function assemble(sql: SqlRunner, hourStart: number, shape: HourShape): Promise<boolean> {
  for (const statement of [...observationsSql(shape), ...directionsSql(shape)]) await sql.run(statement);
  const slots = new Set((await sql.rows(slotsSql(shape))).map(([slot]) => Number(slot)));
  for (const statement of factsSql(shape, slots)) await sql.run(statement);
  await sql.run(splitKeysSql);
  const hasParts = (await count(sql, "split")) > 0;
  if (hasParts) {
    for (const statement of [...splitSql(hourStart, shape), ...directionsSql(shape)]) await sql.run(statement);
    await sql.run(cutFactsSql(shape, slots));
  }
  await sql.run(ownSideSql(shape));
  await drop(sql, "q", "split", "c", "cuts", "parted");
  return hasParts;
}

/** Hands on what the next hour goes on with. */
async function leave(sql: SqlRunner, input: HourInput, table: LeftTable): Promise<void> {
  const rows = leftSql(input.hourStart)[table];
  if (input.write === undefined) await sql.run(`INSERT INTO ${outTable(table)} BY NAME ${rows}`);
  else await input.write(table, rows, new Set());
  input.onLeft?.(table);
}

async function writeRows(sql: SqlRunner, input: HourInput, shape: HourShape): Promise<void> {
  await sql.run(waysSql);
  const joins = { hasWays: (await count(sql, "ways")) > 0, hasUnknownKeys: (await count(sql, unknownKeysSql)) > 0 };
  const outputs = outputsSql(input.hourStart, shape, joins);
  const absent = absentColumns(shape, (await sql.rows(placeColumnsSql))[0] ?? []);
  for (const table of writtenLast) {
    if (input.write === undefined) await sql.run(`INSERT INTO ${outTable(table)} BY NAME ${outputs[table]}`);
    else if (table === "observations" && input.isOrdered === true) {
      // Conversations are in order; so are their observations if they are looked up for each, and not the other way round.
      await sql.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
      await input.write(table, outputs[table], absent);
      await sql.run("RESET disabled_optimizers");
    } else await input.write(table, outputs[table], absent);
    if (table === "observations") await drop(sql, "o_rows");
  }
}

/** Gives back what is no longer needed: an hour's tables together are several times its largest. */
async function drop(sql: SqlRunner, ...names: readonly string[]): Promise<void> {
  for (const name of names) await sql.run(`DROP TABLE IF EXISTS ${name}`);
}

async function count(sql: SqlRunner, from: string): Promise<number> {
  return Number((await sql.rows(`SELECT count(*) FROM ${from}`))[0]?.[0] ?? 0);
}
