/**
 * A column of an hour's table. What the hour knows (that no record has flags, say) is not put down row by row: a view beside the
 * table shows it.
 */
export interface Column {
  readonly name: string;
  readonly sql: string;
  readonly isKnown: boolean;
}

/**
 * @param isHeld whether rows differ in it
 * @param sql what the table holds then
 * @param known what the view shows otherwise, of the columns that are held
 */
export function column(name: string, isHeld: boolean, sql: string, known = ""): Column {
  return { name, sql: isHeld ? sql : known, isKnown: !isHeld };
}

const list = (columns: readonly Column[]): string => columns.map(({ name, sql }) => `${sql} AS ${name}`).join(", ");

/** SQL of the columns that a table holds. */
export const heldSql = (columns: readonly Column[]): string => list(columns.filter(({ isKnown }) => !isKnown));

/** SQL of a view that shows a table with all columns. */
export function shownSql(table: string, columns: readonly Column[]): string {
  const known = columns.filter(({ isKnown }) => isKnown);
  return `SELECT *${known.length === 0 ? "" : `, ${list(known)}`} FROM ${table}`;
}
