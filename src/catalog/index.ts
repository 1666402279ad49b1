export type { FoundObject } from "./found-object.ts";
export type {
  AccessTables,
  HeldSession,
  HeldToken,
  NewStoredToken,
  StoredToken,
  StoredUser,
  UserChange,
} from "./access-tables.ts";
export type { AuditAsk, AuditEntry, AuditPage, StoredAuditEntry } from "./audit-table.ts";
export { Catalog, openCatalog, type CatalogSnapshot } from "./catalog.ts";
export { isKeepableKey, type ClaimOptions } from "./claims.ts";
export type { DerivedHour } from "./hours.ts";
export { holdLock } from "./database.ts";
export type { InterfaceFact, NameEntry, NameKind, NameLoad, NameOrigin, NameSource, StoredName } from "./names.ts";
export type { HourState, MicrosRange } from "./segments.ts";
export type {
  EarlierUpload,
  ObjectSearch,
  SourceCatalog,
  SourceFolder,
  SourceRow,
  SourceTotals,
} from "./source-catalog.ts";
export type { ObjectOutcome, ObjectOwner, ObjectSeries } from "./source-objects.ts";
export type { RunOutcome, RunRequests, SourceRun } from "./source-runs.ts";
export type { ToldLook } from "./told-tables.ts";
export type { CatalogProblem, DerivationTotals, ObjectTotals } from "./totals.ts";
export type * from "./types.ts";
export { unknownView, type StoredView, type ViewContent } from "./view-table.ts";
