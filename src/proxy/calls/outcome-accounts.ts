// Whether a call was executed, for its hold: each outcome of the port in one exhaustive switch. What is not certain keeps the debit
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http).

import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { Settlement } from '../../ledger/hold.ts'
import type { UpstreamOutcome } from '../../upstream/upstream-port.ts'
import { valuesAt, type PointerParts } from '../arguments/json-pointer.ts'
import type { CompiledSpending } from '../tools/compiled-spending.ts'

/** Handlers throw it half-way too. */
const INVALID_PARAMS = -32602
/** The characters of a result that is kept for a repeated call; a longer one is not kept. */
const MAX_RESULT = 16_384

export interface AccountedCall {
  /** The amount that the call asked for. */
  readonly amount: number | undefined
  /** Whether the result is kept. */
  readonly keeps: boolean
}

export interface Account {
  readonly settlement: Settlement
  /** `charged` is configured, and the result has no integer from 0 there: the whole amount stays. */
  readonly unreadable: boolean
}

/** -32602 of a counted tool is certain only where the operator says that an error of the tool means *not executed*. */
export function believed (outcome: UpstreamOutcome, spending: Pick<CompiledSpending, 'toolError'> | undefined): UpstreamOutcome {
  const isDoubtful = outcome.kind === 'refused' && outcome.code === INVALID_PARAMS && spending?.toolError === 'unknown'
  return isDoubtful ? { ...outcome, executed: 'unknown' } : outcome
}

/** @param outcome as it is believed */
export function accountOf (
  outcome: UpstreamOutcome, spending: Pick<CompiledSpending, 'toolError' | 'charged'>, call: AccountedCall
): Account {
  switch (outcome.kind) {
    case 'answered':
      if (outcome.executed === 'no') return certain('not-executed')
      return outcome.result['isError'] === true ? certain(spending.toolError) : executed(outcome.result, spending, call)
    case 'refused':
      return certain(outcome.executed === 'no' ? 'not-executed' : 'unknown')
    case 'not-executed': return certain('not-executed')
    case 'changed': return certain(outcome.executed === 'no' ? 'not-executed' : 'unknown')
    case 'unknown':
    case 'too-large': return certain('unknown')
  }
}

function certain (kind: 'not-executed' | 'unknown'): Account {
  return { settlement: { kind }, unreadable: false }
}

function executed (
  result: JsonObject, { charged: pointer }: Pick<CompiledSpending, 'charged'>, { amount, keeps }: AccountedCall
): Account {
  const text = keeps ? JSON.stringify(result) : undefined
  const kept = text !== undefined && text.length <= MAX_RESULT ? text : undefined
  if (pointer === undefined || amount === undefined) return { settlement: { kind: 'executed', result: kept }, unreadable: false }
  const charged = chargedIn(result, pointer, amount)
  if (charged === undefined) return { settlement: { kind: 'executed', result: kept }, unreadable: true }
  return {
    settlement: charged > amount ? { kind: 'overcharged', charged, result: kept } : { kind: 'executed', charged, result: kept },
    unreadable: false
  }
}

/** An amount above every safe integer, or with a fraction, is no less than what it says: it is rounded up. */
function chargedIn (result: JsonObject, pointer: PointerParts, asked: number): number | undefined {
  const { values: [value] } = valuesAt(result, pointer)
  if (typeof value !== 'number' || value < 0) return undefined
  if (value > asked) return Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER)
  return Number.isSafeInteger(value) ? value : undefined
}

/** A result that was kept. */
export function keptResult (text: string): JsonObject | undefined {
  try {
    const result: unknown = JSON.parse(text)
    return isJsonObject(result) ? result : undefined
  } catch {
    return undefined
  }
}
