/** Times are milliseconds since the epoch; `input`, `output`, `resource`, `batch` and `value` are RecordCodec texts. */
const firstSchema = `
CREATE TABLE responses (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  previous_id TEXT,
  status TEXT NOT NULL,
  replica TEXT NOT NULL,
  next_event INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL,
  input TEXT NOT NULL,
  output TEXT NOT NULL,
  resource TEXT NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX responses_by_expiry ON responses (expires_at);
CREATE INDEX responses_running ON responses (replica) WHERE status IN ('queued', 'in_progress');

CREATE TABLE output_items (
  owner TEXT NOT NULL,
  item_id TEXT NOT NULL,
  response_id TEXT NOT NULL,
  PRIMARY KEY (owner, item_id),
  FOREIGN KEY (owner, response_id) REFERENCES responses (owner, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX output_items_by_response ON output_items (owner, response_id);

CREATE TABLE events (
  owner TEXT NOT NULL,
  response_id TEXT NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  batch TEXT NOT NULL,
  PRIMARY KEY (owner, response_id, first),
  FOREIGN KEY (owner, response_id) REFERENCES responses (owner, id) ON DELETE CASCADE
);

CREATE TABLE conversations (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  next_position INTEGER NOT NULL DEFAULT 0,
  expires_at INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX conversations_by_expiry ON conversations (expires_at);

CREATE TABLE conversation_items (
  owner TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (owner, conversation_id, position),
  UNIQUE (owner, conversation_id, item_id),
  FOREIGN KEY (owner, conversation_id) REFERENCES conversations (owner, id) ON DELETE CASCADE
);

CREATE TABLE replicas (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
`;

/** `value` is sealed by whoever writes it. A newer response takes a key over. */
const thoughtsTable = `
CREATE TABLE thoughts (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  response_id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (owner, key),
  FOREIGN KEY (owner, response_id) REFERENCES responses (owner, id) ON DELETE CASCADE
);
CREATE INDEX thoughts_by_response ON thoughts (owner, response_id);
`;

const countersTable = `
CREATE TABLE counters (key TEXT PRIMARY KEY, value INTEGER NOT NULL, expires_at INTEGER NOT NULL);
`;

/** `value` is null until the file is finished; `bytes` are those of its pieces so far. */
const filesTables = `
CREATE TABLE files (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  value TEXT,
  UNIQUE (owner, id)
);
CREATE INDEX files_by_expiry ON files (expires_at);
CREATE INDEX files_by_size ON files (owner, bytes);

CREATE TABLE file_pieces (
  owner TEXT NOT NULL,
  file_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (owner, file_id, place),
  FOREIGN KEY (owner, file_id) REFERENCES files (owner, id) ON DELETE CASCADE
);
`;

/**
 * Takes a file from one schema version to the next, oldest first; a file's version (`user_version`) is the number of those it has
 * been through. What has been released is never changed: another change is another entry.
 */
export const migrations: readonly string[] = [
  firstSchema,
  thoughtsTable,
  countersTable,
  filesTables,
];
