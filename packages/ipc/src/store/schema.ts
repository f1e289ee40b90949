/** Kept in `user_version`. A database of a higher one is left alone. */
export const schemaVersion = 1;

// FULL: a commit is on the disk when it returns, power cuts included. EXCLUSIVE: the index of the write-ahead log stays
// in memory, and no lock is taken per commit; the directory has its own lock.
export const setUp = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -16384;
`;

/**
 * `received_at` rises over the whole store: new messages go to the end of the table, and replay over all streams is one
 * walk. `record` holds the whole message (record.ts), so that a page of many is joined by SQLite, not row by row. What else
 * finds messages is in memory (stream-index.ts), and made again when the store is opened.
 */
export const tables = `
  CREATE TABLE store (
    one INTEGER PRIMARY KEY CHECK (one = 1), last_time INTEGER NOT NULL, seq_base INTEGER NOT NULL,
    dead_letters_dropped INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, last_seq INTEGER NOT NULL, acknowledged_seq INTEGER NOT NULL,
    dropped INTEGER NOT NULL, messages INTEGER NOT NULL, bytes INTEGER NOT NULL
  );
  CREATE TABLE messages (
    received_at INTEGER PRIMARY KEY, stream INTEGER NOT NULL, seq INTEGER NOT NULL, record BLOB NOT NULL
  );
  CREATE TABLE remembered (
    number INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL,
    received_at INTEGER NOT NULL
  );
  CREATE TABLE consumers (
    stream INTEGER NOT NULL, name TEXT NOT NULL, acked_seq INTEGER NOT NULL, PRIMARY KEY (stream, name)
  ) WITHOUT ROWID;
  CREATE TABLE dead_letters (
    number INTEGER PRIMARY KEY AUTOINCREMENT, reason TEXT NOT NULL, record BLOB NOT NULL
  );
  PRAGMA user_version = ${schemaVersion};
`;
