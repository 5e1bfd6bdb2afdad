// How calls of one tool count: the totals of its details type, where the idempotency key is, and what of a result says what was charged.

import type { Finding } from '../../config/finding.ts'
import type { SpendingDeclaration } from '../../config/upstream/upstream-tool-schema.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { pointerParts, schemaAt, typesOf, type PointerParts } from '../arguments/json-pointer.ts'
import type { DeclaredTotal } from '../limits/declared-total.ts'
import type { DeclaredType } from '../limits/declared-type.ts'
import type { EffectiveDecision } from './effective-decision.ts'

export interface CompiledSpending {
  /** Absent: only idempotency keys are kept. */
  readonly type: DeclaredType | undefined
  /** Those of which a call of this tool can use something. */
  readonly totals: readonly DeclaredTotal[]
  /** The total of the amount that `charged` is compared with. */
  readonly amountTotal: DeclaredTotal | undefined
  readonly idempotencyKey: PointerParts | undefined
  readonly toolError: SpendingDeclaration['toolError']
  readonly charged: PointerParts | undefined
}

interface SpendingPlace {
  readonly type: DeclaredType | undefined
  /** As it was reviewed. */
  readonly schema: JsonObject
}

/** `undefined`: calls of this tool count for nothing. */
export function compileSpending (
  { spending, details, arguments: args }: EffectiveDecision, { type, schema }: SpendingPlace
): Result<CompiledSpending | undefined, readonly Finding[]> {
  const totals = type === undefined || details === undefined
    ? []
    : type.totals.filter(({ dependsOn }) => dependsOn === undefined || details.values[dependsOn]?.absent === false)
  if (spending === undefined && totals.length === 0) return ok(undefined)
  const { idempotencyKey, charged, toolError = 'unknown' } = spending ?? {}
  const findings: Finding[] = []
  if (idempotencyKey !== undefined) findings.push(...keyFindings(idempotencyKey, schema, Object.keys(args?.set ?? {})))
  const amounts = new Set(totals.flatMap(({ value }) => value === undefined ? [] : [value]))
  if (charged !== undefined) {
    if (amounts.size !== 1) {
      const message = 'expected nothing: it belongs to a details type whose totals sum one amount, which this tool has'
      findings.push({ path: 'charged', message })
    }
    if (pointerParts(charged).includes('*')) findings.push({ path: 'charged', message: 'expected a pointer without *' })
  }
  if (findings.length > 0) return err(findings)
  return ok({
    type,
    totals,
    amountTotal: totals.find(({ value }) => value !== undefined),
    idempotencyKey: idempotencyKey === undefined ? undefined : pointerParts(idempotencyKey),
    toolError,
    charged: charged === undefined ? undefined : pointerParts(charged)
  })
}

function keyFindings (pointer: string, schema: JsonObject, set: readonly string[]): readonly Finding[] {
  const wrong = (message: string): readonly Finding[] => [{ path: 'idempotencyKey', message }]
  const parts = pointerParts(pointer)
  const found = schemaAt(schema, parts)
  if (found === undefined) return wrong('the reviewed schema has no such argument')
  if (parts.includes('*')) return wrong('expected a pointer without *')
  if (set.includes(pointer)) return wrong('expected an argument that the client gives: the gateway sets this one')
  const types = typesOf(found, schema)
  return types.length === 0 || types.includes('string') ? [] : wrong(`expected a text; the reviewed schema says ${types.join(', ')}`)
}
