/** Everything of this service is in a schema of its own, so that it may share a database. */
export const schema = 'responses_proxy';

/**
 * `input`, `output`, `resource`, `batch` and `value` are RecordCodec texts: JSON, but not `jsonb`, which takes no NUL and may
 * be a sealed text. Ids are those of `toKey`.
 */
const firstSchema = `
CREATE TABLE ${schema}.responses (
  owner text NOT NULL,
  id text NOT NULL,
  previous_id text,
  status text NOT NULL,
  replica text NOT NULL,
  next_event integer NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  input text NOT NULL,
  output text NOT NULL,
  resource text NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX responses_by_expiry ON ${schema}.responses (expires_at);
CREATE INDEX responses_running ON ${schema}.responses (replica) WHERE status IN ('queued', 'in_progress');

CREATE TABLE ${schema}.output_items (
  owner text NOT NULL,
  item_id text NOT NULL,
  response_id text NOT NULL,
  PRIMARY KEY (owner, item_id),
  FOREIGN KEY (owner, response_id) REFERENCES ${schema}.responses (owner, id) ON DELETE CASCADE
);
CREATE INDEX output_items_by_response ON ${schema}.output_items (owner, response_id);

CREATE TABLE ${schema}.events (
  owner text NOT NULL,
  response_id text NOT NULL,
  first integer NOT NULL,
  count integer NOT NULL,
  batch text NOT NULL,
  PRIMARY KEY (owner, response_id, first),
  FOREIGN KEY (owner, response_id) REFERENCES ${schema}.responses (owner, id) ON DELETE CASCADE
);

CREATE TABLE ${schema}.conversations (
  owner text NOT NULL,
  id text NOT NULL,
  next_position integer NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX conversations_by_expiry ON ${schema}.conversations (expires_at);

CREATE TABLE ${schema}.conversation_items (
  owner text NOT NULL,
  conversation_id text NOT NULL,
  position integer NOT NULL,
  item_id text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (owner, conversation_id, position),
  UNIQUE (owner, conversation_id, item_id),
  FOREIGN KEY (owner, conversation_id) REFERENCES ${schema}.conversations (owner, id) ON DELETE CASCADE
);

CREATE TABLE ${schema}.replicas (id text PRIMARY KEY, expires_at timestamptz NOT NULL);
`;

/** A newer response takes a key over; `value` is sealed by whoever writes it. */
const thoughtsTable = `
CREATE TABLE ${schema}.thoughts (
  owner text NOT NULL,
  key text NOT NULL,
  response_id text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (owner, key),
  FOREIGN KEY (owner, response_id) REFERENCES ${schema}.responses (owner, id) ON DELETE CASCADE
);
CREATE INDEX thoughts_by_response ON ${schema}.thoughts (owner, response_id);
`;

const countersTable = `
CREATE TABLE ${schema}.counters (key text PRIMARY KEY, value bigint NOT NULL, expires_at timestamptz NOT NULL);
`;

/** `value` is null until the file is finished; `bytes` are those of its pieces so far. */
const filesTables = `
CREATE TABLE ${schema}.files (
  owner text NOT NULL,
  id text NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  purpose text NOT NULL,
  bytes bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  value text,
  PRIMARY KEY (owner, id)
);
CREATE INDEX files_by_expiry ON ${schema}.files (expires_at);
CREATE INDEX files_by_position ON ${schema}.files (owner, position);
CREATE INDEX files_by_size ON ${schema}.files (owner, bytes);

CREATE TABLE ${schema}.file_pieces (
  owner text NOT NULL,
  file_id text NOT NULL,
  place integer NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (owner, file_id, place),
  FOREIGN KEY (owner, file_id) REFERENCES ${schema}.files (owner, id) ON DELETE CASCADE
);
`;

/**
 * Takes a database from one schema version to the next, oldest first; its version (`schema_version`) is the number of
 * those it has been through. What has been released is never changed: another change is another entry, one that replicas of
 * the version before can live with, since a rolling update has both at once.
 */
export const postgresMigrations: readonly string[] = [
  firstSchema,
  thoughtsTable,
  countersTable,
  filesTables,
];
