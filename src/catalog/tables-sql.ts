import { recordKinds } from "#model/records.js";

const countColumns = ["total", ...recordKinds].map((kind) => `${kind} INTEGER NOT NULL DEFAULT 0`).join(", ");

/** The statements that make what a catalog has not. Times are microseconds since 1970 unless the name ends in _ms. */
export const TABLES = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS sources (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, uri TEXT NOT NULL, UNIQUE (kind, uri)) STRICT;
CREATE TABLE IF NOT EXISTS objects (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  key TEXT NOT NULL,
  status TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  etag TEXT,
  sha256 TEXT,
  offset INTEGER NOT NULL DEFAULT 0,
  prefix_sha256 TEXT,
  decoder_state TEXT,
  settled INTEGER NOT NULL DEFAULT 0,
  decoder TEXT,
  decoder_version INTEGER,
  flow_log_id TEXT,
  claim INTEGER NOT NULL DEFAULT 0,
  claimed_by TEXT,
  claimed_etag TEXT,
  read_at_ms INTEGER,
  code TEXT,
  message TEXT,
  ${countColumns},
  UNIQUE (source_id, key)
) STRICT;
CREATE INDEX IF NOT EXISTS objects_twins ON objects (sha256) WHERE status = 'same-content';
-- Each look asks for what waits, failed or was left out: few of the millions of objects that a source has in a year.
CREATE INDEX IF NOT EXISTS objects_unread ON objects (source_id, status, read_at_ms) WHERE status <> 'done';
-- All contents whose records are in the lake: what an object held before it grew stays one of them.
CREATE TABLE IF NOT EXISTS contents (
  sha256 TEXT PRIMARY KEY,
  object_id INTEGER NOT NULL REFERENCES objects (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contents_by_object ON contents (object_id);
CREATE TABLE IF NOT EXISTS object_tallies (
  object_id INTEGER NOT NULL REFERENCES objects (id),
  tally TEXT NOT NULL,
  name TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (object_id, tally, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS object_notes (
  object_id INTEGER NOT NULL REFERENCES objects (id),
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (object_id, code)
) STRICT, WITHOUT ROWID;
-- Objects of which no row is kept any more: a hash of each version that was read, and what all of a source counted.
CREATE TABLE IF NOT EXISTS forgotten_objects (hash BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten_totals (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  status TEXT NOT NULL,
  objects INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  read_at_ms INTEGER NOT NULL,
  ${countColumns},
  PRIMARY KEY (source_id, status)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS forgotten_tallies (
  tally TEXT NOT NULL,
  name TEXT NOT NULL,
  records INTEGER NOT NULL,
  PRIMARY KEY (tally, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flow_log_formats (flow_log_id TEXT PRIMARY KEY, fields TEXT NOT NULL) STRICT;
-- Flow logs whose records name them by another id than the control plane does (Azure: flowLogGUID). Both in lower case.
CREATE TABLE IF NOT EXISTS flow_log_resources (flow_log_id TEXT PRIMARY KEY, resource_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS segments (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  table_name TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  min_time INTEGER NOT NULL,
  max_time INTEGER NOT NULL,
  hours TEXT NOT NULL,
  columns TEXT NOT NULL,
  min_address TEXT,
  max_address TEXT,
  added INTEGER NOT NULL,
  retired_at_ms INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS segments_live ON segments (table_name, min_time) WHERE retired_at_ms IS NULL;
CREATE INDEX IF NOT EXISTS segments_retired ON segments (retired_at_ms) WHERE retired_at_ms IS NOT NULL;
CREATE TABLE IF NOT EXISTS segment_objects (
  segment INTEGER NOT NULL REFERENCES segments (number),
  object_id INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (segment, object_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS segment_objects_by_object ON segment_objects (object_id);
CREATE TABLE IF NOT EXISTS hours (
  hour INTEGER PRIMARY KEY,
  changed INTEGER NOT NULL,
  derived INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Hours that conversations were assembled of: the hash of what the next hour goes on with, and by which version of the function.
CREATE TABLE IF NOT EXISTS derived_hours (
  hour INTEGER PRIMARY KEY,
  carry TEXT NOT NULL,
  function_version INTEGER NOT NULL
) STRICT;
-- Hours whose flows, or those shortly before them, were deleted: what was derived of them is never derived again.
CREATE TABLE IF NOT EXISTS frozen_hours (hour INTEGER PRIMARY KEY) STRICT;
-- loaded: the version of the names that a source's loading made.
CREATE TABLE IF NOT EXISTS name_sources (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL UNIQUE,
  origin TEXT NOT NULL,
  loaded INTEGER NOT NULL,
  loaded_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS names (
  source_id INTEGER NOT NULL REFERENCES name_sources (id),
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT,
  owner TEXT,
  line INTEGER,
  PRIMARY KEY (source_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS interface_facts (
  source_id INTEGER NOT NULL REFERENCES name_sources (id),
  observer_id TEXT NOT NULL,
  addresses TEXT NOT NULL,
  role TEXT,
  PRIMARY KEY (source_id, observer_id)
) STRICT, WITHOUT ROWID;
-- Who may come in. Passwords and secrets are kept as hashes only.
CREATE TABLE IF NOT EXISTS users (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  last_login_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  last_used_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
  hash TEXT PRIMARY KEY,
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (
  number INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  role TEXT NOT NULL,
  came_from TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  result TEXT NOT NULL,
  detail TEXT,
  elapsed_ms INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS saved_views (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  page TEXT NOT NULL,
  search TEXT NOT NULL,
  owner TEXT NOT NULL,
  shared INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- How the newest run of a source that is collected on schedule went.
CREATE TABLE IF NOT EXISTS source_runs (
  source_id INTEGER PRIMARY KEY REFERENCES sources (id),
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  error TEXT
) STRICT;
-- What a source remembers between its runs, such as cursors.
CREATE TABLE IF NOT EXISTS source_memory (
  source_id INTEGER NOT NULL REFERENCES sources (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (source_id, name)
) STRICT, WITHOUT ROWID;
DROP TABLE IF EXISTS object_parts;
-- Ids of deliveries that were pushed and collected, for as long as they may be sent again.
CREATE TABLE IF NOT EXISTS push_deliveries (
  id BLOB PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS push_deliveries_by_time ON push_deliveries (at_ms);
-- What control planes said of flow logs, and when. gone_at_ms: the first look that should have found it and did not.
CREATE TABLE IF NOT EXISTS told_flow_logs (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  name TEXT,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  destination TEXT NOT NULL,
  format TEXT,
  traffic TEXT NOT NULL,
  interval_s INTEGER,
  filter TEXT,
  record_types TEXT,
  retention_days INTEGER,
  enabled INTEGER NOT NULL,
  delivery_error TEXT,
  created_at_ms INTEGER,
  told_at_ms INTEGER NOT NULL,
  gone_at_ms INTEGER
) STRICT, WITHOUT ROWID;
-- Azure: which subnet an interface is in, and whose security groups decide. An interface has a row for each of its subnets.
CREATE TABLE IF NOT EXISTS told_interfaces (
  id TEXT NOT NULL,
  subnet TEXT NOT NULL,
  network TEXT NOT NULL,
  account TEXT NOT NULL,
  mac TEXT,
  own_group TEXT,
  subnet_group TEXT,
  told_at_ms INTEGER NOT NULL,
  PRIMARY KEY (id, subnet)
) STRICT, WITHOUT ROWID;
-- How a cloud was asked last, to be asked so again.
CREATE TABLE IF NOT EXISTS looks (provider TEXT PRIMARY KEY, request TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
`;
