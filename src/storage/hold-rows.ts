// Reads rows of the ledger, as both databases return them. The state of a hold is one of the words of its table.

import { GatewayError } from '../kernel/fault.ts'
import { epochMilliseconds, type EpochMilliseconds } from '../kernel/units.ts'
import { personKey } from '../kernel/person.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'
import type { EarlierHold } from '../ledger/earlier-hold.ts'
import type { HoldOwner, HoldRecord, HoldState, Resolution, Settlement } from '../ledger/hold.ts'
import { integerAt, textAt, type SqlRow } from './sql-row.ts'

/** Of holds `h` and owners `o`. */
export const HOLD_COLUMNS = 'h.id, h.state, o.issuer, o.subject, o.client_id, h.upstream, h.tool, h.amount, h.unit, h.charged, ' +
  'h.idempotency_key, h.held_at, h.expires_at, h.settled_at'

export function holdFrom (row: SqlRow): HoldRecord {
  return {
    id: integerAt(row, 0),
    state: stateAt(row, 1),
    issuer: textAt(row, 2),
    subject: textAt(row, 3),
    clientId: textAt(row, 4) === '' ? undefined : textAt(row, 4),
    upstream: textAt(row, 5),
    tool: textAt(row, 6),
    amount: optional(integerAt, row, 7),
    unit: optional(textAt, row, 8),
    charged: optional(integerAt, row, 9),
    idempotencyKey: optional(textAt, row, 10),
    heldAt: epochMilliseconds(integerAt(row, 11)),
    expiresAt: epochMilliseconds(integerAt(row, 12)),
    settledAt: optional(timeAt, row, 13)
  }
}

/** Of a hold that an idempotency key found. */
export const EARLIER_COLUMNS = 'id, state, arguments_hash, element_index, expires_at, settled_at, result, attempt'

export function earlierFrom (row: SqlRow): EarlierHold {
  return {
    id: integerAt(row, 0),
    state: stateAt(row, 1),
    argumentsHash: textAt(row, 2),
    elementIndex: optional(integerAt, row, 3),
    expiresAt: integerAt(row, 4),
    settledAt: optional(timeAt, row, 5),
    result: optional(textAt, row, 6),
    attempt: integerAt(row, 7)
  }
}

/** The row of an owner. A client that is not known is an empty text, which no client id is. */
export function ownerKey ({ person, clientId }: HoldOwner): readonly [issuer: string, subject: string, clientId: string] {
  return [...personKey(person), clientId ?? '']
}

const OPEN_STATES: readonly HoldState[] = ['held', 'unknown', 'overcharged']

/** The values of a query for holds: the states as a JSON list, the moment at which a hold has to be over, how many. */
export function listed ({ states, openAt, limit }: Parameters<HoldLedger['list']>[0]): readonly [string, number, number] {
  const wanted = (states ?? [...STATES]).filter(state => openAt === undefined || OPEN_STATES.includes(state))
  return [JSON.stringify(wanted), openAt ?? Number.MAX_SAFE_INTEGER, limit]
}

/** What a settlement or a resolution writes to the hold, and what is credited. */
export interface SettledHold {
  readonly state: Exclude<HoldState, 'held'>
  readonly charged: number | null
  readonly result: string | null
  /** `all`: every charge; `rest`: what an adjustable charge is above `charged`. */
  readonly credit: 'none' | 'all' | 'rest'
}

export function settledHold (settlement: Settlement | Resolution): SettledHold {
  switch (settlement.kind) {
    case 'executed':
    case 'settle': {
      const { charged } = settlement
      const result = settlement.kind === 'executed' ? settlement.result ?? null : null
      return { state: 'settled', charged: charged ?? null, result, credit: charged === undefined ? 'none' : 'rest' }
    }
    case 'not-executed':
    case 'release': return { state: 'released', charged: null, result: null, credit: 'all' }
    case 'unknown': return { state: 'unknown', charged: null, result: null, credit: 'none' }
    case 'overcharged':
      return { state: 'overcharged', charged: settlement.charged, result: settlement.result ?? null, credit: 'none' }
  }
}

/** When the outcome became known. */
export function settledAt ({ state }: SettledHold, at: EpochMilliseconds): number | null {
  return state === 'settled' || state === 'released' ? at : null
}

const STATES: ReadonlySet<HoldState> = new Set<HoldState>(['held', 'settled', 'released', 'unknown', 'overcharged'])

function stateAt (row: SqlRow, column: number): HoldState {
  const state = textAt(row, column) as HoldState
  if (!STATES.has(state)) throw new GatewayError('GW_INTERNAL', `column ${column} of a hold is no state`)
  return state
}

function timeAt (row: SqlRow, column: number): EpochMilliseconds {
  return epochMilliseconds(integerAt(row, column))
}

function optional<T> (read: (row: SqlRow, column: number) => T, row: SqlRow, column: number): T | undefined {
  return row[column] === null ? undefined : read(row, column)
}
