/**
 * A text as a SQL literal: the one place where input text becomes SQL. Statements that DuckDB cannot prepare with
 * parameters (COPY targets, SET, CREATE VIEW) take their paths through here; everything else binds.
 * A NUL cannot stand in a statement and is refused.
 */
export function sqlText(text: string): string {
  if (text.includes("\0")) throw new RangeError("a NUL character cannot stand in SQL");
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL, quoted: for columns of foreign files, whose names are input. */
export function sqlName(name: string): string {
  if (name.includes("\0")) throw new RangeError("a NUL character cannot stand in SQL");
  return `"${name.replaceAll('"', '""')}"`;
}
