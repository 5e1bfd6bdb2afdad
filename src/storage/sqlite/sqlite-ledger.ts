// The ledger of holds in an SQLite database: one connection and synchronous transactions. Holds and settlements of one turn of the event
// loop share one: docs/performance.md#shared-transactions

import { existsSync } from 'node:fs'
import type { EpochMilliseconds } from '../../kernel/units.ts'
import { err, ok } from '../../kernel/result.ts'
import { isOpen, type HoldRecord } from '../../ledger/hold.ts'
import type { HoldLedger } from '../../ledger/hold-ledger.ts'
import { HOLD_COLUMNS, holdFrom, listed, settledAt, settledHold, type SettledHold } from '../hold-rows.ts'
import { MissingDatabase } from '../missing-database.ts'
import { integerAt } from '../sql-row.ts'
import { openSqliteConnection, type SqliteConnection, type SqliteOptions } from './connection.ts'
import { findOwner, holdCall, SPENT } from './hold-call.ts'
import { checkLedger, migrateLedger } from './ledger-schema.ts'
import { pruneHolds } from './prune-holds.ts'
import { createSharedTransaction } from './shared-transaction.ts'

const FROM_HOLDS = `SELECT ${HOLD_COLUMNS} FROM ledger_holds h JOIN ledger_owners o ON o.id = h.owner_id`
const FIND = `${FROM_HOLDS} WHERE h.id = ?`
const LIST = `
  ${FROM_HOLDS} WHERE h.state IN (SELECT value FROM json_each(?)) AND (h.state <> 'held' OR h.expires_at <= ?) ORDER BY h.id LIMIT ?`
const SETTLE = `
  UPDATE ledger_holds SET state = ?, charged = ?, result = ?, settled_at = ? WHERE id = ? AND state IN ('held', 'unknown') RETURNING id`
/** `in_doubt`: an earlier attempt may have been executed. */
const RELEASE = `
  UPDATE ledger_holds SET state = CASE in_doubt WHEN 0 THEN 'released' ELSE 'unknown' END, settled_at = CASE in_doubt WHEN 0 THEN ? END
  WHERE id = ? AND attempt = coalesce(?, attempt) AND state IN ('held', 'unknown') RETURNING in_doubt`
const RESOLVE = 'UPDATE ledger_holds SET state = ?, charged = ?, settled_at = ? WHERE id = ?'
const CREDIT_ALL = `
  UPDATE ledger_counters SET spent = spent - c.amount FROM ledger_charges c WHERE c.hold_id = ? AND ledger_counters.id = c.counter_id`
const CREDIT_REST = `
  UPDATE ledger_counters SET spent = spent - (c.amount - ?) FROM ledger_charges c
  WHERE c.hold_id = ? AND c.adjustable = 1 AND ledger_counters.id = c.counter_id`
const EXPIRE = "UPDATE ledger_holds SET state = 'unknown' WHERE state = 'held' AND expires_at <= ? RETURNING id"
const FORGET = 'UPDATE ledger_holds SET result = NULL WHERE result IS NOT NULL AND settled_at < ?'
const PING = 'SELECT version FROM ledger_schema'

export interface SqliteLedgerOptions extends SqliteOptions {
  /** Default `true`; `false`: a database that is missing is a fault. */
  readonly create?: boolean
}

/** Creates or migrates the tables first. Safe for several processes at once. */
export async function openSqliteLedger (options: SqliteLedgerOptions): Promise<HoldLedger> {
  return createSqliteLedger(await openLedgerDatabase(options))
}

/** The database with its tables, for the ledger and its tests. */
export async function openLedgerDatabase (options: SqliteLedgerOptions): Promise<SqliteConnection> {
  const { create = true } = options
  if (!create && !existsSync(options.path)) throw new MissingDatabase()
  const connection = openSqliteConnection(options)
  try {
    const doing = 'opening the ledger'
    await connection.answer(doing, () => checkLedger(connection, create))
    await connection.writeAheadLog()
    await connection.change(doing, () => { migrateLedger(connection, create) })
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

export function createSqliteLedger (connection: SqliteConnection): HoldLedger {
  const { answer, change, commit, prepare, untilOnDisk } = connection
  const together = createSharedTransaction(work => commit('hold amounts and settle calls', work))

  function find (id: number): HoldRecord | undefined {
    const row = prepare(FIND).first(id)
    return row === undefined ? undefined : holdFrom(row)
  }

  function release (id: number, at: EpochMilliseconds, attempt: number | undefined): 'released' | 'unknown' | undefined {
    const row = prepare(RELEASE).first(at, id, attempt ?? null)
    if (row === undefined) return undefined
    if (integerAt(row, 0) !== 0) return 'unknown'
    prepare(CREDIT_ALL).run(id)
    return 'released'
  }

  function credit (id: number, settled: SettledHold): void {
    switch (settled.credit) {
      case 'none': return
      case 'all': return prepare(CREDIT_ALL).run(id)
      case 'rest': return prepare(CREDIT_REST).run(settled.charged, id)
    }
  }

  return {
    async hold (command) {
      const held = await together(() => holdCall(connection, command))
      await untilOnDisk('hold an amount')
      return held
    },
    // Lost with the power, the hold becomes unknown and keeps its debit.
    settle: (id, settlement, at, attempt) => together(() => {
      if (settlement.kind === 'not-executed') return release(id, at, attempt)
      const settled = settledHold(settlement)
      const { state, charged, result } = settled
      if (prepare(SETTLE).first(state, charged, result, settledAt(settled, at), id) === undefined) return undefined
      credit(id, settled)
      return state
    }),
    expire: at => commit('look for calls without an outcome', () => {
      const ids = prepare(EXPIRE).all(at).map(row => integerAt(row, 0))
      return ids.map(find).filter(hold => hold !== undefined)
    }),
    forgetResults: before => commit('forget results', () => { prepare(FORGET).run(before) }),
    prune: (before, most) => commit('delete old holds', () => pruneHolds(connection, before, most)),
    list: query => answer('list holds', () => prepare(LIST).all(...listed(query)).map(holdFrom)),
    find: id => answer('find a hold', () => find(id)),
    resolve: (id, resolution, at: EpochMilliseconds) => change('resolve a hold', () => {
      const hold = find(id)
      if (hold === undefined) return err('not-found')
      if (!isOpen(hold, at)) return err('not-open')
      const settled = settledHold(resolution)
      prepare(RESOLVE).run(settled.state, settled.charged, settledAt(settled, at), id)
      credit(id, settled)
      return ok(find(id) ?? hold)
    }),
    spent: (owner, counters) => answer('read counters', () => {
      const ownerId = findOwner(connection, owner)
      return counters.map(({ counterKey, unit }) => {
        const row = ownerId === undefined ? undefined : prepare(SPENT).first(ownerId, counterKey, unit)
        return row === undefined ? 0 : integerAt(row, 0)
      })
    }),
    ping: async () => {
      await answer('ping', () => { prepare(PING).first() })
      await connection.checkWritable()
    },
    close: () => Promise.resolve(connection.close())
  }
}
