/** A value of data that a menu is opened for. */
export interface MenuValue {
  /** Field of the filter that it is a value of: `client.ip`, `src_ip`, `verdict`. */
  readonly field: string;
  /** Null: it is unknown. */
  readonly value: string | null;
  /** What people call it. */
  readonly name?: string | undefined;
}
