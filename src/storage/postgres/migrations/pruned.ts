// What the deleted holds of a counter charged, so that the counter goes on being the sum of its holds, and an index for holds that are old.

export const PRUNED = `
CREATE TABLE ledger_pruned (
  counter_id bigint PRIMARY KEY REFERENCES ledger_counters (id),
  amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991)
);
CREATE INDEX ledger_holds_over ON ledger_holds (settled_at, id) WHERE settled_at IS NOT NULL;
`
