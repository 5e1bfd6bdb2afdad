// The first tables of the ledger: owners, counters of budgets, holds, and what each hold charges. The constraints hold even where our
// code is wrong.

export const HOLDS = `
CREATE TABLE ledger_owners (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  client_id TEXT NOT NULL,
  UNIQUE (issuer, subject, client_id)
) STRICT;

CREATE TABLE ledger_counters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL REFERENCES ledger_owners (id),
  counter_key TEXT NOT NULL,
  unit TEXT NOT NULL,
  spent INTEGER NOT NULL CHECK (spent BETWEEN 0 AND 9007199254740991),
  UNIQUE (owner_id, counter_key, unit)
) STRICT;

CREATE TABLE ledger_holds (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id INTEGER NOT NULL REFERENCES ledger_owners (id),
  upstream TEXT NOT NULL,
  tool TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'settled', 'released', 'unknown', 'overcharged')),
  element_index INTEGER CHECK (element_index >= 0),
  amount INTEGER CHECK (amount BETWEEN 0 AND 9007199254740991),
  unit TEXT,
  charged INTEGER CHECK (charged BETWEEN 0 AND 9007199254740991),
  held_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  settled_at INTEGER,
  idempotency_key TEXT,
  arguments_hash TEXT,
  result TEXT,
  CHECK ((state IN ('settled', 'released')) = (settled_at IS NOT NULL)),
  CHECK ((idempotency_key IS NULL) = (arguments_hash IS NULL))
) STRICT;
CREATE UNIQUE INDEX ledger_holds_by_idempotency_key ON ledger_holds (owner_id, upstream, tool, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX ledger_holds_running ON ledger_holds (expires_at) WHERE state = 'held';
CREATE INDEX ledger_holds_open ON ledger_holds (state, upstream, tool) WHERE state IN ('unknown', 'overcharged');
CREATE INDEX ledger_holds_with_result ON ledger_holds (settled_at) WHERE result IS NOT NULL;

CREATE TABLE ledger_charges (
  hold_id INTEGER NOT NULL REFERENCES ledger_holds (id),
  counter_id INTEGER NOT NULL REFERENCES ledger_counters (id),
  member TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
  adjustable INTEGER NOT NULL CHECK (adjustable IN (0, 1)),
  PRIMARY KEY (hold_id, counter_id)
) STRICT, WITHOUT ROWID;
`
