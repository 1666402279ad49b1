import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { columnOf, type ColumnName } from "#model/columns.js";
import type { ParquetField, ParquetPlan } from "#model/parquet-plan.js";
import type { Segment } from "#model/segment.js";
import { copyOptions, sqlType } from "./column-types.ts";
import type { Engine } from "./duckdb.ts";
import { FLOATS, isPlainSql, outputsSql, type TimeBounds } from "./parquet-sql.ts";
import { fileText } from "./read-segments.ts";
import { describeFile } from "./segment-file.ts";
import { sqlName, sqlText } from "./sql-literal.ts";

export interface ParquetImport {
  /** The rows that SQL could read, as a staged segment. */
  readonly segment: Segment | undefined;
  /** All other rows as a text file: a header line, then a line a row; undefined when there are none. The caller removes it. */
  readonly text: { readonly path: string; readonly rowNumbers: readonly number[] } | undefined;
}

/** Reads flow logs that came as Parquet, with the DuckDB of one worker. */
export class ParquetImporter {
  readonly #engine: Engine;
  readonly #staging: string;
  readonly #writerId: string;

  /** @param staging the writer's folder, which exists */
  constructor(engine: Engine, staging: string, writerId: string) {
    this.#engine = engine;
    this.#staging = staging;
    this.#writerId = writerId;
  }

  /** The names of a Parquet file's columns, and its number of rows. @throws the engine's error when the file is damaged */
  async describe(path: string): Promise<{ columns: string[]; rows: number }> {
    const { connection } = this.#engine;
    const file = fileText(path);
    const columns = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${file})`);
    const rows = await connection.runAndReadAll(`SELECT sum(num_rows) FROM parquet_file_metadata(${file})`);
    return { columns: columns.getRows().map(([name]) => String(name)), rows: Number(rows.getRows()[0]?.[0] ?? 0) };
  }

  async import(path: string, plan: ParquetPlan, objectId: number, bounds: TimeBounds): Promise<ParquetImport> {
    const { connection } = this.#engine;
    try {
      await this.#readAddresses(path, plan.fields);
      const source = sourceSql(path, plan.fields);
      const plain = plan.hasPlainRows ? isPlainSql(plan.fields, bounds) : "false";
      const numbers = await connection.runAndReadAll(`SELECT row FROM (${source}) WHERE NOT (${plain}) ORDER BY row`);
      const rowNumbers = numbers.getRows().map(([row]) => Number(row));
      return {
        segment: plan.hasPlainRows ? await this.#writePlain(source, plain, plan, objectId) : undefined,
        text:
          rowNumbers.length === 0 ? undefined : { path: await this.#writeText(source, plain, plan.fields), rowNumbers },
      };
    } finally {
      await connection.run("DROP TABLE IF EXISTS known_address");
    }
  }

  /** Every distinct address text of the file with its number: few, so that reading them apart and joining costs little. */
  async #readAddresses(path: string, fields: readonly ParquetField[]): Promise<void> {
    const names = fields
      .filter(({ role }) => role.endsWith("-address") || role.startsWith("packet-"))
      .map(({ source }) => sqlName(source));
    const file = `read_parquet(${fileText(path)})`;
    const texts = names.map((name) => `SELECT ${name}::VARCHAR AS text FROM ${file}`).join(" UNION ALL ");
    const quad = "list_transform(string_split(text, '.'), part -> TRY_CAST(part AS UTINYINT))";
    const select =
      names.length === 0
        ? "SELECT NULL::VARCHAR AS text, NULL::UUID AS address WHERE false"
        : `SELECT text, printf('00000000-0000-0000-0000-ffff%02x%02x%02x%02x', quad[1], quad[2], quad[3], quad[4])::UUID AS address FROM (
             SELECT text, ${quad} AS quad FROM (SELECT DISTINCT text FROM (${texts}))
             WHERE regexp_full_match(text, '[0-9]{1,3}([.][0-9]{1,3}){3}')
           ) WHERE NOT list_contains(list_transform(quad, part -> part IS NULL), true)`;
    await this.#engine.connection.run(`CREATE OR REPLACE TEMP TABLE known_address AS ${select}`);
  }

  async #writePlain(source: string, plain: string, plan: ParquetPlan, objectId: number): Promise<Segment | undefined> {
    const outputs = outputsSql(plan, objectId);
    const names = [...outputs.keys()].sort((a, b) => columnOf(a).id - columnOf(b).id);
    const select = names
      .map((name) => `CAST(${outputs.get(name) ?? "NULL"} AS ${sqlType(name)}) AS ${name}`)
      .join(", ");
    const id = `${this.#writerId}-${randomUUID()}`;
    const file = join(this.#staging, `${id}.parquet`);
    const filled = await this.#withValues(names, select, source, plain);
    if (filled.length === 0) return undefined;
    await this.#engine.connection.run(
      `COPY (SELECT ${filled.join(", ")} FROM (SELECT ${select} FROM (${source}) WHERE ${plain})) TO ${sqlText(file)} (${copyOptions(filled)})`,
    );
    const segment = await describeFile(this.#engine, "flows", id, file);
    if (segment === undefined) rmSync(file, { force: true });
    return segment;
  }

  /** The columns that have a value in some row: a segment holds no others. */
  async #withValues(
    names: readonly ColumnName[],
    select: string,
    source: string,
    plain: string,
  ): Promise<ColumnName[]> {
    const counts = names.map((name) => `count(${name})`).join(", ");
    const result = await this.#engine.connection.runAndReadAll(
      `SELECT ${counts} FROM (SELECT ${select} FROM (${source}) WHERE ${plain})`,
    );
    const [row = []] = result.getRows();
    return names.filter((_, at) => Number(row[at] ?? 0) > 0);
  }

  async #writeText(source: string, plain: string, fields: readonly ParquetField[]): Promise<string> {
    const path = join(this.#staging, `${randomUUID()}.txt`);
    const header = fields.map(({ field }) => field).join(" ");
    const value = (source: string): string => {
      const text = `${sqlName(source)}::VARCHAR`;
      // Floats hold whole numbers that went through a reader without integers that can be null.
      const exact = `CASE WHEN typeof(${sqlName(source)}) IN (${FLOATS}) THEN regexp_replace(${text}, '[.]0$', '') ELSE ${text} END`;
      return `coalesce(nullif(regexp_replace(trim(${exact}), '[[:space:]]+', '_', 'g'), ''), '-')`;
    };
    const line = fields.map((field) => value(field.source)).join(" || ' ' || ");
    await this.#engine.connection.run(
      `COPY (SELECT ${line} AS "${header}" FROM (${source}) WHERE NOT (${plain}) ORDER BY row) TO ${sqlText(path)} (FORMAT csv, HEADER true, QUOTE '', ESCAPE '', DELIMITER '\x01')`,
    );
    return path;
  }
}

/** The file's rows with their numbers, from 0, and the numbers of their addresses. */
function sourceSql(path: string, fields: readonly ParquetField[]): string {
  const joined = {
    "src-address": "src",
    "dst-address": "dst",
    "packet-src": "pkt_src",
    "packet-dst": "pkt_dst",
  } as const;
  const joins = fields.flatMap(({ role, source }) =>
    role in joined ? [{ alias: `a_${joined[role as keyof typeof joined]}`, source }] : [],
  );
  const columns = fields.map(({ source }) => `f.${sqlName(source)}`).join(", ");
  const addresses = joins.map(({ alias }) => `, ${alias}.address AS ${alias}`).join("");
  const from = `read_parquet(${fileText(path)}, file_row_number = true) f`;
  return `SELECT ${columns}, f.file_row_number AS row${addresses} FROM ${from} ${joins
    .map(({ alias, source }) => `LEFT JOIN known_address ${alias} ON ${alias}.text = f.${sqlName(source)}`)
    .join(" ")}`;
}
