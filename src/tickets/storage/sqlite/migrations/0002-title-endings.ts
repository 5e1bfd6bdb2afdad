// An index of all endings of all titles. Any part of a title is the beginning of one of its endings, and equal beginnings are
// next to each other in the index, so a search does not cost more in a larger catalogue. The full-text index of migration 0001
// had to read all titles with the rarest piece of a part: docs/decisions/0017-titles-in-a-tree-of-endings.md.

/** Code points of an ending in the index. A longer part is compared with the whole titles of the candidates. */
export const ENDING_LENGTH = 12

/** Beyond the last letter that has a case. */
const AFTER_CASED_LETTERS = 0x1e944

/** SQL that folds the case of a text, one code point at a time. SQLite's lower() knows ASCII only. */
export const foldedSql = (text: string): string => `(
  SELECT group_concat(coalesce(small, letter), '' ORDER BY place)
  FROM (SELECT place, substr(${text}, place, 1) AS letter FROM (${placesIn(text)})) LEFT JOIN case_folds ON capital = letter
)`

const placesIn = (text: string): string => `
  WITH RECURSIVE point (place) AS (VALUES (1) UNION ALL SELECT place + 1 FROM point WHERE place < length(${text}))
  SELECT place FROM point`

const endingsOf = (folded: string): string => `SELECT DISTINCT substr(${folded}, place, ${ENDING_LENGTH}) FROM (${placesIn(folded)})`

const OLD_TITLE = '(SELECT folded FROM ticket_titles WHERE ticket_id = old.id)'
const NEW_TITLE = '(SELECT folded FROM ticket_titles WHERE ticket_id = new.id)'

const ADD_TITLE = `
  INSERT INTO ticket_titles (ticket_id, folded) VALUES (new.id, ${foldedSql('new.title')});
  INSERT INTO title_endings (ticket_id, ending) SELECT new.id, * FROM (${endingsOf(NEW_TITLE)});`
const REMOVE_TITLE = `
  DELETE FROM title_endings WHERE ticket_id = old.id AND ending IN (${endingsOf(OLD_TITLE)});
  DELETE FROM ticket_titles WHERE ticket_id = old.id;`

// `place` is a copy of `id`: for a condition on (price, id) SQLite seeks by the price alone, and many tickets have one price. A
// column that is not the key of the table is used in full.
/** A function, because listing all letters with a case takes milliseconds. */
export const titleEndings = (): string => `
DROP TRIGGER ticket_title_added;
DROP TRIGGER ticket_title_changed;
DROP TRIGGER ticket_title_removed;
DROP TABLE ticket_titles;

CREATE TABLE case_folds (capital TEXT PRIMARY KEY, small TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO case_folds (capital, small) VALUES ${caseFolds()};

CREATE TABLE ticket_titles (ticket_id INTEGER PRIMARY KEY, folded TEXT NOT NULL) STRICT;
INSERT INTO ticket_titles (ticket_id, folded) SELECT id, ${foldedSql('title')} FROM tickets;

CREATE TABLE title_endings (ending TEXT, ticket_id INTEGER, PRIMARY KEY (ending, ticket_id)) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO title_endings (ending, ticket_id)
WITH RECURSIVE ending (ticket_id, text) AS (
  SELECT ticket_id, folded FROM ticket_titles
  UNION ALL SELECT ticket_id, substr(text, 2) FROM ending WHERE length(text) > 1
)
SELECT substr(text, 1, ${ENDING_LENGTH}), ticket_id FROM ending ORDER BY 1, 2;

CREATE TRIGGER ticket_title_added AFTER INSERT ON tickets BEGIN ${ADD_TITLE} END;
CREATE TRIGGER ticket_title_changed AFTER UPDATE OF title ON tickets BEGIN ${REMOVE_TITLE} ${ADD_TITLE} END;
CREATE TRIGGER ticket_title_removed AFTER DELETE ON tickets BEGIN ${REMOVE_TITLE} END;

DROP INDEX tickets_by_price;
DROP INDEX tickets_by_available_seats;
ALTER TABLE tickets ADD COLUMN place INTEGER GENERATED ALWAYS AS (id) VIRTUAL;
CREATE INDEX tickets_by_price ON tickets (price, place);
CREATE INDEX tickets_by_available_seats ON tickets (available_seats, price, place);
`

function caseFolds (): string {
  const folds: string[] = []
  for (let point = 0; point < AFTER_CASED_LETTERS; point += 1) {
    const capital = String.fromCodePoint(point)
    const small = capital.toLowerCase()
    // one for one, so that a folded title is as long as the title
    if (small !== capital && Array.from(small).length === 1) folds.push(`('${capital}','${small}')`)
  }
  return folds.join()
}
