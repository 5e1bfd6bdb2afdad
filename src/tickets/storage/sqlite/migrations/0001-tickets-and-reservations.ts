// The first tables: tickets, people, budgets, reservations. The constraints hold even where our code is wrong.

// the separator between the pieces of a title in its index; no title may contain it
const UNIT_SEPARATOR = '\x1f'

// Every piece of three code points, and the shorter ones at the end: any part of a title is a prefix of a piece or a
// sequence of whole pieces, so that two kanji are found as quickly as a long word. The tokenizer folds case.
const TITLE_PIECES = (row: string): string => `
  INSERT INTO ticket_titles (rowid, pieces)
  SELECT ${row}.id, group_concat(piece, char(31)) FROM (
    WITH RECURSIVE place (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM place WHERE i < length(${row}.title))
    SELECT substr(${row}.title, i, 3) AS piece FROM place
  );`

export const TICKETS_AND_RESERVATIONS = `
CREATE TABLE tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500 AND instr(title, char(31)) = 0),
  description TEXT NOT NULL,
  price INTEGER NOT NULL CHECK (price >= 0),
  currency TEXT NOT NULL CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
  available_seats INTEGER NOT NULL,
  total_seats INTEGER NOT NULL CHECK (total_seats >= 0),
  event_date TEXT NOT NULL CHECK (event_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z'),
  created_at TEXT NOT NULL,
  CHECK (available_seats BETWEEN 0 AND total_seats),
  CHECK (price * total_seats <= 9007199254740991)
) STRICT;
CREATE INDEX tickets_by_event_date ON tickets (event_date, id);
CREATE INDEX tickets_by_price ON tickets (price, available_seats);
CREATE INDEX tickets_by_available_seats ON tickets (available_seats);

CREATE VIRTUAL TABLE ticket_titles USING fts5 (
  pieces, content = '', contentless_delete = 1, prefix = '1 2',
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Z* C*' separators '${UNIT_SEPARATOR}'"
);
CREATE TRIGGER ticket_title_added AFTER INSERT ON tickets BEGIN ${TITLE_PIECES('new')} END;
CREATE TRIGGER ticket_title_changed AFTER UPDATE OF title ON tickets BEGIN
  DELETE FROM ticket_titles WHERE rowid = old.id; ${TITLE_PIECES('new')}
END;
CREATE TRIGGER ticket_title_removed AFTER DELETE ON tickets BEGIN
  DELETE FROM ticket_titles WHERE rowid = old.id;
END;

CREATE TABLE people (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE budgets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person_id INTEGER NOT NULL REFERENCES people (id),
  budget_key TEXT NOT NULL,
  currency TEXT NOT NULL,
  spent INTEGER NOT NULL CHECK (spent BETWEEN 0 AND 9007199254740991),
  UNIQUE (person_id, budget_key, currency)
) STRICT;

CREATE TABLE reservations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  person_id INTEGER NOT NULL REFERENCES people (id),
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  seats INTEGER NOT NULL CHECK (seats >= 1),
  amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
  currency TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'cancelled')),
  reserved_at TEXT NOT NULL,
  cancelled_at TEXT,
  idempotency_key TEXT,
  element_index INTEGER CHECK (element_index >= 0),
  budget_id INTEGER REFERENCES budgets (id),
  max_total_amount INTEGER,
  CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
  CHECK ((budget_id IS NULL) = (max_total_amount IS NULL)),
  CHECK (budget_id IS NULL OR element_index IS NOT NULL)
) STRICT;
CREATE INDEX reservations_by_person ON reservations (person_id, id);
CREATE UNIQUE INDEX reservations_by_idempotency_key ON reservations (person_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
`
