// A hold whose call is made again with its idempotency key: how often, and whether an earlier attempt may have been executed. Of a hold of
// an older version that was repeated nothing is known, so the one that is open counts as repeated.

export const ATTEMPTS = `
ALTER TABLE ledger_holds ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;
ALTER TABLE ledger_holds ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1));
UPDATE ledger_holds SET in_doubt = 1 WHERE state = 'held' AND idempotency_key IS NOT NULL;
`
