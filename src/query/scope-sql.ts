import { WeirError } from "#base/errors.js";
import type { ColumnName } from "#model/columns.js";
import type { DatasetName } from "#model/datasets.js";
import type { Scope } from "#model/query.js";
import type { Bindings } from "./bindings.ts";

/** The columns that say whose a row is. */
const accountColumns: Partial<Record<DatasetName, readonly ColumnName[]>> = {
  conversations: ["client_account_id", "server_account_id"],
  flows: ["account_id", "log_account_id"],
  coverage: ["account_id", "log_account_id"],
};

/** The columns that a scope reads. */
export function columnsOfScope(scope: Scope | undefined, dataset: DatasetName): readonly ColumnName[] {
  return scope?.accounts === undefined ? [] : (accountColumns[dataset] ?? []);
}

/**
 * The condition that a row is the caller's to see. @throws WeirError `outside-scope` where rows do not say whose they are: then
 * nothing may be shown
 */
export function scopeSql({ accounts }: Scope, dataset: DatasetName, bindings: Bindings): string {
  if (accounts === undefined) return "true";
  const columns = accountColumns[dataset];
  if (columns === undefined)
    throw new WeirError({
      code: "outside-scope",
      kind: "usage",
      message: `${dataset} do not say whose they are, and you may see some accounts only`,
      next: "Ask conversations or flows.",
    });
  if (accounts.length === 0) return "false";
  const list = accounts.map((account) => bindings.bind(account)).join(", ");
  return `(${columns.map((column) => `${column} IN (${list})`).join(" OR ")})`;
}
