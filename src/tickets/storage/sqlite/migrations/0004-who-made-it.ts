// Who made and who cancelled a reservation, for the ticket shop. Every column may be NULL: reservations from before have no such record,
// and an older gateway beside a newer one goes on.

export const WHO_MADE_IT = `
ALTER TABLE reservations ADD COLUMN made_through TEXT CHECK (made_through IN ('site', 'client'));
ALTER TABLE reservations ADD COLUMN client_id TEXT CHECK (length(client_id) <= 512);
ALTER TABLE reservations ADD COLUMN element TEXT CHECK (length(element) <= 4096);
ALTER TABLE reservations ADD COLUMN cancelled_through TEXT CHECK (cancelled_through IN ('site', 'client'));
ALTER TABLE reservations ADD COLUMN cancelled_client_id TEXT CHECK (length(cancelled_client_id) <= 512);
`
