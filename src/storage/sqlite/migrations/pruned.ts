// What the deleted holds of a counter charged, so that the counter goes on being the sum of its holds, and an index for holds that are old.

export const PRUNED = `
CREATE TABLE ledger_pruned (
  counter_id INTEGER PRIMARY KEY REFERENCES ledger_counters (id),
  amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991)
) STRICT;
CREATE INDEX ledger_holds_over ON ledger_holds (settled_at) WHERE settled_at IS NOT NULL;
`
