// How much slower is a database that two gateway processes share? Reservations of one ticket by different people, by one
// process and by two, in turns, on SQLite and, where POSTGRES_URL names a server whose databases bench_* may be dropped,
// on PostgreSQL. Prints medians and the median of the ratios. Usage: node .build/bench/storage-processes.js [rounds]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/kernel/clock.ts'
import { openSqliteConnection } from '../src/storage/sqlite/connection.ts'
import { openTicketStore } from '../src/tickets/storage/open-ticket-store.ts'

const RESERVATIONS = 600
const AT_ONCE = 8
const MANY_SEATS = 'UPDATE tickets SET total_seats = 1000000, available_seats = 1000000, price = 1'
const [first = '5', url, seat] = process.argv.slice(2)

/** One process of several: buys when it gets the word, and says how long each reservation took. */
async function buy (url: string, seat: string): Promise<void> {
  const store = await openTicketStore({ url, clock: systemClock })
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
  let left = RESERVATIONS
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, async (_, caller) => {
    while (left-- > 0) {
      const result = await store.reserve({
        person: { issuer: 'https://as.example', subject: `${seat}-${caller}` },
        ticketId: 1,
        seats: 1,
        limits: 'unrestricted',
        at: systemClock.now()
      })
      if (!result.ok) throw new Error(result.error.kind)
    }
  }))
  process.stdout.write(`${performance.now() - startedMs}\n`)
  process.stdin.destroy()
  await store.close()
}

/** Milliseconds until the last of so many processes has done its share. */
async function measure (url: string, count: number): Promise<number> {
  const children = Array.from({ length: count }, (_, index) => {
    const child = spawn(
      process.execPath, [fileURLToPath(import.meta.url), first, url, String(index)], { stdio: ['pipe', 'pipe', 'inherit'] }
    )
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() }
  })
  for (const { lines } of children) await lines.next()
  for (const { child } of children) child.stdin.write('go\n')
  const times = await Promise.all(children.map(async ({ lines }) => Number((await lines.next()).value)))
  return Math.max(...times)
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

async function compare (name: string, fresh: (round: number) => Promise<string>): Promise<void> {
  const rates: { one: number[], two: number[], ratio: number[] } = { one: [], two: [], ratio: [] }
  for (let round = 0; round < Number(first); round++) {
    const one = RESERVATIONS / await measure(await fresh(round * 2), 1) * 1000
    const two = 2 * RESERVATIONS / await measure(await fresh(round * 2 + 1), 2) * 1000
    rates.one.push(one)
    rates.two.push(two)
    rates.ratio.push(two / one)
  }
  console.log(`${name}: one process ${Math.round(median(rates.one))}/s, two together ${Math.round(median(rates.two))}/s, ratio ${median(rates.ratio).toFixed(2)}`)
}

if (url !== undefined && seat !== undefined) await buy(url, seat)
else {
  const folder = mkdtempSync(join(tmpdir(), 'storage-processes-'))
  try {
    await compare('SQLite', async round => {
      const path = join(folder, `${round}.db`)
      await createStore(`sqlite:${path}`)
      const connection = openSqliteConnection({ path })
      connection.execute(MANY_SEATS)
      connection.close()
      return `sqlite:${path}`
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
  const postgres = process.env['POSTGRES_URL']
  if (postgres !== undefined) await compare('PostgreSQL', round => freshPostgres(postgres, `bench_${round}`))
}

async function createStore (url: string): Promise<void> {
  await (await openTicketStore({ url, clock: systemClock })).close()
}

async function freshPostgres (server: string, name: string): Promise<string> {
  const { default: pg } = await import('pg')
  const url = server.replace(/\/[^/]*$/, `/${name}`)
  const run = async (address: string, ...statements: readonly string[]) => {
    const client = new pg.Client({ connectionString: address })
    await client.connect()
    for (const text of statements) await client.query(text)
    await client.end()
  }
  await run(server, `DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`)
  await createStore(url)
  await run(url, MANY_SEATS)
  return url
}
