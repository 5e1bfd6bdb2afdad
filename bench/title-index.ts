// SQLite's full-text index (FTS5, trigram) against the index of title endings: the same searches on the same catalogue, in
// turns, in one process. Prints medians in microseconds: the figures of docs/decisions/0017-titles-in-a-tree-of-endings.md.
// Usage: node .build/bench/title-index.js [tickets ...]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TicketSearch } from '../src/tickets/domain/ticket.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { openSqliteDatabase } from '../src/tickets/storage/sqlite/store.ts'
import type { SqliteConnection } from '../src/storage/sqlite/connection.ts'
import { searchTickets } from '../src/tickets/storage/sqlite/search.ts'
import { TICKET_COLUMNS, ticketFrom } from '../src/tickets/storage/rows.ts'

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 100_000, 1_000_000]
const TURNS = 9
/** One turn of one search ends after this many calls, or after this many milliseconds. */
const CALLS = 50
const TURN_MS = 400

const CATALOGUE = (count: number) => `
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
  INSERT INTO tickets (title, description, price, currency, available_seats, total_seats, event_date, created_at)
  SELECT iif(i % 2 = 0, 'Evening ' || i,
      substr('東京大阪京都神戸札幌福岡仙台横浜', 1 + i / 2 % 8 * 2, 2)
        || substr('音楽演劇落語映画講演勉強', 1 + i / 16 % 6 * 2, 2) || '会 第' || i || '回'),
    '', iif(i <= 10, 500, 1000 + i % 9000), 'JPY', 10 + i % 90, 100, '2031-01-01T10:00:00.000Z', '2026-01-01T00:00:00.000Z' FROM n`

// Two separators after a title, so that its last characters begin a trigram, too.
const FULL_TEXT_INDEX = `
  CREATE VIRTUAL TABLE title_trigrams USING fts5 (title, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1');
  INSERT INTO title_trigrams (rowid, title) SELECT ticket_id, folded || char(31, 31) FROM ticket_titles ORDER BY ticket_id;
  CREATE VIRTUAL TABLE title_trigram_places USING fts5vocab ('title_trigrams', 'instance');`

const BY_TRIGRAMS = 'SELECT rowid FROM title_trigrams WHERE title_trigrams MATCH ?'
const BY_BEGINNING = 'SELECT doc FROM title_trigram_places WHERE term >= ? AND term < ?'

/** Parts shorter than a trigram are beginnings of trigrams. */
function searchByFullText ({ prepare }: SqliteConnection, { title = '', maxPrice, minAvailableSeats }: TicketSearch): number {
  const part = title.toLowerCase()
  const isShort = Array.from(part).length < 3
  const cheap = maxPrice === undefined ? '' : `AND price <= ${maxPrice}`
  const free = minAvailableSeats === undefined ? '' : `AND available_seats >= ${minAvailableSeats}`
  const sql = `
    SELECT DISTINCT ${TICKET_COLUMNS} FROM (${isShort ? BY_BEGINNING : BY_TRIGRAMS}) CROSS JOIN tickets ON id = ${isShort ? 'doc' : 'rowid'}
    WHERE TRUE ${cheap} ${free} LIMIT 100`
  const values = isShort ? [part, `${part}\u{10ffff}`] : [`"${part.replaceAll('"', '""')}"`]
  return prepare(sql).all(...values).map(ticketFrom).length
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Microseconds a call. */
async function turn (work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  let calls = 0
  while (calls < CALLS && (calls === 0 || performance.now() - startedMs < TURN_MS)) {
    await work()
    calls += 1
  }
  return (performance.now() - startedMs) * 1000 / calls
}

for (const size of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'title-index-'))
  try {
    const connection = await openSqliteDatabase({ path: join(folder, 'tickets.db'), clock: systemClock, locale: 'en' })
    connection.execute('PRAGMA synchronous = OFF')
    connection.execute('PRAGMA cache_size = -400000')
    const write = (sql: string) => {
      const startedMs = performance.now()
      connection.transact(() => { connection.execute(sql) })
      return Math.round(performance.now() - startedMs)
    }
    const [endingsMs, trigramsMs] = [write(CATALOGUE(size)), write(FULL_TEXT_INDEX)]
    console.log(`${size} tickets: written with the index of endings in ${endingsMs} ms, full-text index in ${trigramsMs} ms more`)
    const bytes = (name: string) =>
      Number(connection.prepare('SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name GLOB ?').first(name)?.[0])
    try {
      console.log(`  bytes: endings ${bytes('title_endings')}, trigrams ${bytes('title_trigrams*')}`)
    } catch {
      // SQLite may be built without dbstat
    }
    connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    const searches: ReadonlyArray<readonly [string, TicketSearch]> = [
      ['a part of one title', { title: `ning ${size}` }],
      ['a part of no title, no such trigram', { title: 'ning of' }],
      ['a part of no title, of common trigrams', { title: `ning ${size}9` }],
      ['a part of half the titles', { title: 'Evening' }],
      ['… of which ten so cheap', { title: 'Evening', maxPrice: 500 }],
      ['… with a common price and seats', { title: 'Evening', maxPrice: 9000, minAvailableSeats: 20 }],
      ['two characters, 1 in 16', { title: '東京' }],
      ['two characters, 1 in 16, ten so cheap', { title: '東京', maxPrice: 500 }],
      ['two characters, in no title', { title: '奈良' }],
      ['one character', { title: '第' }],
      ['three characters, 1 in 12', { title: '勉強会' }],
      ['four characters, 1 in 96', { title: '東京音楽' }]
    ]
    for (const [name, search] of searches) {
      const found = [(await searchTickets(connection, search)).length, searchByFullText(connection, search)]
      const endings: number[] = []
      const trigrams: number[] = []
      for (let turns = 0; turns < TURNS; turns += 1) {
        endings.push(await turn(() => searchTickets(connection, search)))
        trigrams.push(await turn(() => Promise.resolve(searchByFullText(connection, search))))
      }
      const [before, after] = [median(endings), median(trigrams)]
      const times = `endings ${before.toFixed(0)} µs, trigrams ${after.toFixed(0)} µs, times ${(after / before).toFixed(2)}`
      console.log(`  ${name}: ${times} (found ${found.join(' and ')})`)
    }
    connection.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
