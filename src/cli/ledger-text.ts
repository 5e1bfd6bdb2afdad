// A call of the ledger as one line for a terminal, and as JSON. Names of people and clients come from tokens: what could move the cursor is
// shown by its number.

import type { EpochMilliseconds } from '../kernel/units.ts'
import { moneyText } from '../kernel/money.ts'
import { isOpen, type HoldRecord } from '../ledger/hold.ts'
import { terminalLine } from '../kernel/terminal-text.ts'

/** @example holdLine(hold, now) // '17 unknown 2026-11-28T09:12:44.000Z payments transfer ¥10,000 1004 agent https://as.example' */
export function holdLine (hold: HoldRecord, now: EpochMilliseconds): string {
  const { id, upstream, tool, amount, unit, charged, subject, clientId, issuer, heldAt, idempotencyKey } = hold
  const words = [
    String(id),
    stateText(hold, now),
    new Date(heldAt).toISOString(),
    upstream,
    tool,
    ...(amount === undefined ? [] : [amountText(amount, unit)]),
    ...(charged === undefined ? [] : [`charged ${amountText(charged, unit)}`]),
    subject,
    clientId ?? '-',
    issuer,
    ...(idempotencyKey === undefined ? [] : [`key ${idempotencyKey}`])
  ]
  return terminalLine(words.join('  '))
}

export function holdJson (hold: HoldRecord, now: EpochMilliseconds): object {
  const { id, state, issuer, subject, clientId, upstream, tool, amount, unit, charged, idempotencyKey, heldAt, expiresAt, settledAt } = hold
  return {
    id,
    state,
    waits_for_operator: isOpen(hold, now),
    upstream,
    tool,
    amount,
    currency: unit === '' ? undefined : unit,
    charged,
    issuer,
    subject,
    client_id: clientId,
    idempotency_key: idempotencyKey,
    held_at: new Date(heldAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
    settled_at: settledAt === undefined ? undefined : new Date(settledAt).toISOString()
  }
}

function stateText (hold: HoldRecord, now: EpochMilliseconds): string {
  return hold.state === 'held' && isOpen(hold, now) ? 'unknown' : hold.state
}

function amountText (amount: number, unit: string | undefined): string {
  return unit === undefined || unit === '' ? String(amount) : moneyText('en')(amount, unit)
}
