import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Engine } from "./duckdb.ts";
import { fileText } from "./read-segments.ts";
import { sqlName, sqlText } from "./sql-literal.ts";

/** A column of a foreign Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  /** DuckDB's name of its type. */
  readonly type: string;
}

/** Turns Parquet files into lines of text, with the DuckDB of one worker. */
export class ParquetText {
  readonly #engine: Engine;
  readonly #folder: string;

  /** @param folder where the text is put: one that recovery clears */
  constructor(engine: Engine, folder: string) {
    this.#engine = engine;
    this.#folder = folder;
  }

  /** @throws the engine's error when the file is damaged */
  async columns(path: string): Promise<ParquetColumn[]> {
    const result = await this.#engine.connection.runAndReadAll(
      `DESCRIBE SELECT * FROM read_parquet(${fileText(path)})`,
    );
    return result.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  }

  /** Some rows by their number from 1, each as JSON without what is null. */
  async rows(path: string, numbers: readonly number[]): Promise<Map<number, string>> {
    const wanted = numbers.map((number) => Math.trunc(number) - 1).join(", ");
    const result = await this.#engine.connection.runAndReadAll(
      `SELECT n + 1, json_merge_patch('{}', to_json(fields))::VARCHAR FROM (
         SELECT file_row_number AS n, struct_pack(*COLUMNS(* EXCLUDE (file_row_number))) AS fields
         FROM read_parquet(${fileText(path)}, file_row_number = true) WHERE file_row_number IN (${wanted}))`,
    );
    return new Map(result.getRows().map(([number, text]) => [Number(number), String(text)]));
  }

  /**
   * Writes each row as a line: the values of all columns in their order, separated by spaces, `-` where there is none. The
   * order of rows is kept. @returns the text's path; the caller removes it
   */
  async write(path: string, columns: readonly ParquetColumn[]): Promise<string> {
    const target = this.#target();
    const values = columns.map((column, index) => `${valueSql(column)} AS c${index}`).join(", ");
    await this.#engine.connection.run(
      `COPY (SELECT ${values} FROM read_parquet(${fileText(path)})) TO ${sqlText(target)} (FORMAT csv, HEADER false, DELIMITER ' ', QUOTE '', ESCAPE '', NULLSTR '-')`,
    );
    return target;
  }

  /** Writes each row as a line of JSON, in their order. @returns the text's path; the caller removes it */
  async writeJson(path: string): Promise<string> {
    const target = this.#target();
    await this.#engine.connection.run(
      `COPY (SELECT * FROM read_parquet(${fileText(path)})) TO ${sqlText(target)} (FORMAT json)`,
    );
    return target;
  }

  #target(): string {
    return join(this.#folder, `${randomUUID()}.txt`);
  }
}

function valueSql({ name, type }: ParquetColumn): string {
  const value = sqlName(name);
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return value;
  // Floats hold whole numbers that went through a reader without integers that can be null.
  if (type === "DOUBLE" || type === "FLOAT") return `regexp_replace(${value}::VARCHAR, '[.]0$', '')`;
  // What would end a value or a line becomes visible instead.
  return `nullif(translate(${value}::VARCHAR, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13), '______'), '')`;
}
