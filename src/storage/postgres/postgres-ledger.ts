// The ledger of holds in a PostgreSQL database. Any number of gateways may share it.

import { err, ok, type Result } from '../../kernel/result.ts'
import { isOpen, type HoldOwner, type HoldRecord, type ResolutionFailure } from '../../ledger/hold.ts'
import type { HoldLedger } from '../../ledger/hold-ledger.ts'
import { checkBindable } from '../bind-guard.ts'
import { HOLD_COLUMNS, holdFrom, listed, ownerKey, settledAt, settledHold } from '../hold-rows.ts'
import { integerAt, textAt, type SqlRow } from '../sql-row.ts'
import { openPostgresConnection, type PostgresConnection, type PostgresOptions, type Run, type Statement } from './connection.ts'
import { counterName, holdCall, spentOf } from './hold-call.ts'
import { migrateLedger } from './ledger-schema.ts'
import { pruneHolds } from './prune-holds.ts'

const FROM_HOLDS = `SELECT ${HOLD_COLUMNS} FROM ledger_holds h JOIN ledger_owners o ON o.id = h.owner_id`
const FIND: Statement = { name: 'find_hold', text: `${FROM_HOLDS} WHERE h.id = $1` }
const FIND_LOCKED: Statement = { name: 'find_hold_locked', text: `${FROM_HOLDS} WHERE h.id = $1 FOR NO KEY UPDATE OF h` }
const LIST: Statement = {
  name: 'list_holds',
  text: `
    ${FROM_HOLDS} WHERE h.state IN (SELECT jsonb_array_elements_text($1::jsonb)) AND (h.state <> 'held' OR h.expires_at <= $2)
    ORDER BY h.id LIMIT $3`
}
/** One statement: the hold, and what it credits. `$6`: all, rest or none. The counters have their order, so there is no deadlock. */
const settleWhere = (states: string): string => `
    WITH hold AS (
      UPDATE ledger_holds SET state = $2, charged = $3::bigint, result = $4, settled_at = $5::bigint
      WHERE id = $1 AND state IN (${states}) RETURNING id
    ), credit AS (
      SELECT c.counter_id, CASE WHEN $6 = 'all' THEN c.amount ELSE c.amount - $3::bigint END AS amount
      FROM ledger_charges c JOIN hold ON hold.id = c.hold_id
      WHERE $6 = 'all' OR ($6 = 'rest' AND c.adjustable) ORDER BY c.counter_id
    ), credited AS (
      UPDATE ledger_counters k SET spent = k.spent - credit.amount FROM credit WHERE k.id = credit.counter_id
    )
    SELECT id FROM hold`
/** `in_doubt`: an earlier attempt may have been executed. */
const RELEASE: Statement = {
  name: 'release_hold',
  text: `
    WITH hold AS (
      UPDATE ledger_holds
      SET state = CASE WHEN in_doubt THEN 'unknown' ELSE 'released' END, settled_at = CASE WHEN NOT in_doubt THEN $2::bigint END
      WHERE id = $1 AND attempt = coalesce($3::bigint, attempt) AND state IN ('held', 'unknown') RETURNING id, state
    ), credit AS (
      SELECT c.counter_id, c.amount FROM ledger_charges c JOIN hold ON hold.id = c.hold_id
      WHERE hold.state = 'released' ORDER BY c.counter_id
    ), credited AS (
      UPDATE ledger_counters k SET spent = k.spent - credit.amount FROM credit WHERE k.id = credit.counter_id
    )
    SELECT state FROM hold`
}
const SETTLE: Statement = { name: 'settle_hold', text: settleWhere("'held', 'unknown'") }
const RESOLVE: Statement = { name: 'resolve_hold', text: settleWhere("'held', 'unknown', 'overcharged'") }
const EXPIRE: Statement = {
  name: 'expire_holds', text: "UPDATE ledger_holds SET state = 'unknown' WHERE state = 'held' AND expires_at <= $1 RETURNING id"
}
const FORGET: Statement = {
  name: 'forget_results', text: 'UPDATE ledger_holds SET result = NULL WHERE result IS NOT NULL AND settled_at < $1'
}
const FIND_OWNER: Statement = {
  name: 'find_ledger_owner', text: 'SELECT id FROM ledger_owners WHERE issuer = $1 AND subject = $2 AND client_id = $3'
}
const PING: Statement = { name: 'ping_ledger', text: 'SELECT 1 FROM ledger_schema LIMIT 1' }

export interface PostgresLedgerOptions extends PostgresOptions {
  /** Default `true`; `false`: a database without our tables is a fault. */
  readonly create?: boolean
}

/** Creates or migrates the tables first. Safe for several processes at once. */
export async function openPostgresLedger ({ create = true, ...options }: PostgresLedgerOptions): Promise<HoldLedger> {
  const connection = await openPostgresConnection(options)
  try {
    await migrateLedger(connection, create)
    return createPostgresLedger(connection)
  } catch (error) {
    await connection.close()
    throw error
  }
}

function createPostgresLedger (connection: PostgresConnection): HoldLedger {
  const { run, transact } = connection

  async function findHold (with_: Run, statement: Statement, id: number): Promise<HoldRecord | undefined> {
    const row = (await with_(statement, id))[0]
    return row === undefined ? undefined : holdFrom(row)
  }

  return {
    // checked before a connection is taken from the pool
    hold: async command => {
      const { upstream, tool, idempotency } = command
      checkBindable([...ownerKey(command), upstream, tool, idempotency?.key ?? null])
      const doing = 'hold an amount'
      return connection.inTurn(doing, rowsOf(command), () => transact(doing, with_ => holdCall(with_, command)))
    },
    settle: async (id, settlement, at, attempt) => {
      const settled = settledHold(settlement)
      const { state, charged, result, credit } = settled
      const done = await transact('settle a call', async with_ => {
        if (settlement.kind === 'not-executed') return ok(releasedAt((await with_(RELEASE, id, at, attempt ?? null))[0]))
        return ok((await with_(SETTLE, id, state, charged, result, settledAt(settled, at), credit)).length > 0 ? state : undefined)
      })
      return done.ok ? done.value : undefined
    },
    expire: async at => {
      const expired = await transact('look for calls without an outcome', async with_ => {
        const holds: Array<HoldRecord | undefined> = []
        for (const row of await with_(EXPIRE, at)) holds.push(await findHold(with_, FIND, integerAt(row, 0)))
        return ok(holds.filter(hold => hold !== undefined))
      })
      return expired.ok ? expired.value : []
    },
    forgetResults: async before => { await run('forget results', FORGET, before) },
    prune: async (before, most) => {
      const pruned = await transact('delete old holds', async with_ => ok(await pruneHolds(with_, before, most)))
      return pruned.ok ? pruned.value : 0
    },
    list: async query => (await run('list holds', LIST, ...listed(query))).map(holdFrom),
    find: id => findHold((statement, ...values) => run('find a hold', statement, ...values), FIND, id),
    resolve: (id, resolution, at) => transact('resolve a hold', async (with_): Promise<Result<HoldRecord, ResolutionFailure>> => {
      const hold = await findHold(with_, FIND_LOCKED, id)
      if (hold === undefined) return err('not-found')
      if (!isOpen(hold, at)) return err('not-open')
      const settled = settledHold(resolution)
      await with_(RESOLVE, id, settled.state, settled.charged, settled.result, settledAt(settled, at), settled.credit)
      return ok(await findHold(with_, FIND, id) ?? hold)
    }),
    spent: async (owner, counters) => {
      const doing = 'read counters'
      const row = (await run(doing, FIND_OWNER, ...ownerKey(owner)))[0]
      if (row === undefined) return counters.map(() => 0)
      const spent = await spentOf((statement, ...values) => run(doing, statement, ...values), integerAt(row, 0), counters)
      return counters.map(counter => spent.get(counterName(counter)) ?? 0)
    },
    ping: () => connection.ping(PING),
    close: () => connection.close()
  }
}

function releasedAt (row: SqlRow | undefined): 'released' | 'unknown' | undefined {
  return row === undefined ? undefined : textAt(row, 0) === 'released' ? 'released' : 'unknown'
}

/** The row of the owner is locked first in any case. */
function rowsOf (owner: HoldOwner): { readonly alone: string } {
  return { alone: `owner ${JSON.stringify(ownerKey(owner))}` }
}
