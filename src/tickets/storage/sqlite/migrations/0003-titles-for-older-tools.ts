// Triggers that SQLite before 3.44 can read too. Those of migration 0002 have group_concat(… ORDER BY …), so that the tools of older
// systems took the whole file for a malformed one: https://www.sqlite.org/releaselog/3_44_0.html

import { ENDING_LENGTH } from './0002-title-endings.ts'

/** Folds the case of a text one code point after another, as migration 0002 does. */
const foldedInSteps = (text: string): string => `(
  WITH RECURSIVE fold (place, folded) AS (
    VALUES (1, '')
    UNION ALL
    SELECT place + 1,
      folded || coalesce((SELECT small FROM case_folds WHERE capital = substr(${text}, place, 1)), substr(${text}, place, 1))
    FROM fold WHERE place <= length(${text})
  )
  SELECT folded FROM fold ORDER BY place DESC LIMIT 1
)`

const endingsOf = (folded: string): string => `
  WITH RECURSIVE point (place) AS (VALUES (1) UNION ALL SELECT place + 1 FROM point WHERE place < length(${folded}))
  SELECT DISTINCT substr(${folded}, place, ${ENDING_LENGTH}) FROM point`

const OLD_TITLE = '(SELECT folded FROM ticket_titles WHERE ticket_id = old.id)'
const NEW_TITLE = '(SELECT folded FROM ticket_titles WHERE ticket_id = new.id)'

const ADD_TITLE = `
  INSERT INTO ticket_titles (ticket_id, folded) VALUES (new.id, ${foldedInSteps('new.title')});
  INSERT INTO title_endings (ticket_id, ending) SELECT new.id, * FROM (${endingsOf(NEW_TITLE)});`
const REMOVE_TITLE = `
  DELETE FROM title_endings WHERE ticket_id = old.id AND ending IN (SELECT * FROM (${endingsOf(OLD_TITLE)}));
  DELETE FROM ticket_titles WHERE ticket_id = old.id;`

export const TITLES_FOR_OLDER_TOOLS = `
DROP TRIGGER ticket_title_added;
DROP TRIGGER ticket_title_changed;
DROP TRIGGER ticket_title_removed;
CREATE TRIGGER ticket_title_added AFTER INSERT ON tickets BEGIN ${ADD_TITLE} END;
CREATE TRIGGER ticket_title_changed AFTER UPDATE OF title ON tickets BEGIN ${REMOVE_TITLE} ${ADD_TITLE} END;
CREATE TRIGGER ticket_title_removed AFTER DELETE ON tickets BEGIN ${REMOVE_TITLE} END;
`
