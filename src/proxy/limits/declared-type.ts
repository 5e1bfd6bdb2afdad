// A details type that was declared in an upstream file, as the policy enforces and publishes it: one line for each mistake, or what
// `defineDetailsType` returns. A type is one object for all tools that need it.

import type { Finding } from '../../config/finding.ts'
import type { DetailsTypeDeclaration, ValueKind } from '../../config/upstream/details-type-schema.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import { periodAt } from '../../ledger/period.ts'
import { defineDetailsType, type DetailsType } from '../../policy/authorization-details/details-type.ts'
import type { Member } from '../../policy/authorization-details/member.ts'
import { problemOfItems, type CallValues, type Scalar } from './call-values.ts'
import { declaredMember } from './declared-member.ts'
import { declaredTotals, type DeclaredTotal } from './declared-total.ts'

export interface DeclaredType {
  readonly type: DetailsType<CallValues>
  readonly kinds: Readonly<Record<string, ValueKind>>
  readonly totals: readonly DeclaredTotal[]
  /** @returns what is wrong with the items of a value, or `undefined` */
  readonly problemOf: (value: string, items: readonly Scalar[]) => string | undefined
}

/** @param name the value of `type` */
export function declaredType (
  name: string, declaration: DetailsTypeDeclaration
): Result<DeclaredType, readonly Finding[]> {
  const { values: kinds, members: declared, version, title, description, examples, whenAbsent } = declaration
  const findings: Finding[] = []
  const members: Record<string, Member<CallValues>> = {}
  for (const [memberName, member] of Object.entries(declared)) {
    const made = declaredMember(member, kinds, declared)
    if (made.ok) members[memberName] = made.value
    else findings.push(...made.error.map(({ path, message }) => ({ path: ['members', memberName, path].join('.'), message })))
    if (memberName === 'type' || memberName === 'otherFields') {
      findings.push({ path: `members.${memberName}`, message: 'expected another name: this one has a meaning in every element' })
    }
  }
  const limited = new Set(Object.values(declared).flatMap(({ of }) => of === undefined ? [] : [nameOf(of)]))
  for (const value of Object.keys(kinds)) {
    if (!limited.has(value)) findings.push({ path: `values.${value}`, message: 'no member limits it; expected a limit of it, or nothing' })
  }
  if (findings.length > 0) return err(findings)
  try {
    const type = defineDetailsType<CallValues>({
      type: name,
      title,
      description,
      members,
      ...(version === undefined ? {} : { version }),
      ...(whenAbsent === 'deny' ? { whenAbsent } : {}),
      ...(examples === undefined ? {} : { examples })
    })
    const totals = declaredTotals(declared)
    const until = Object.entries(declared).find(([, { limit }]) => limit === 'validUntil')?.[0]
    return ok({ type: withEnd(type, totals, until), kinds, totals, problemOf: problemsOf(kinds, wordsByValue(declared)) })
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return err([{ path: 'examples', message: 'an example is not well formed: it has a wrong type, a wrong value or an unknown member' }])
  }
}

/** A total that begins again each month would make the remedy of one call one of a call a month: it ends with the period. */
function withEnd (type: DetailsType<CallValues>, totals: readonly DeclaredTotal[], until: string | undefined): DetailsType<CallValues> {
  if (until === undefined || totals.every(({ period }) => period === 'ever')) return type
  return {
    ...type,
    requires (call) {
      const needed = type.requires(call)
      return {
        ...needed,
        smallest (context, granted) {
          const smallest = needed.smallest(context, granted)
          const ends = totals.flatMap(({ member, period }) => {
            const endsAt = Object.hasOwn(smallest, member) ? periodAt(period, context.now).endsAt : undefined
            return endsAt === undefined ? [] : [endsAt]
          })
          return ends.length === 0 ? smallest : { ...smallest, [until]: new Date(Math.min(...ends)).toISOString() }
        }
      }
    }
  }
}

/** The words of each value; where several members have some, a value must be a word of each of them. */
function wordsByValue (declared: DetailsTypeDeclaration['members']): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>()
  for (const { of, words } of Object.values(declared)) {
    if (of === undefined || words === undefined) continue
    known.set(nameOf(of), known.get(nameOf(of))?.filter(word => words.includes(word)) ?? words)
  }
  return known
}

function problemsOf (
  kinds: DeclaredType['kinds'], wordsOf: ReadonlyMap<string, readonly string[]>
): DeclaredType['problemOf'] {
  return (value, items) => {
    const kind = Object.hasOwn(kinds, value) ? kinds[value] : undefined
    if (kind === undefined) return 'expected nothing: the type has no such value'
    const words = wordsOf.get(value)
    return problemOfItems(kind, items) ??
      (words === undefined || items.every(item => words.includes(String(item))) ? undefined : `expected one of ${words.join(', ')}`)
  }
}

function nameOf (of: NonNullable<DetailsTypeDeclaration['members'][string]['of']>): string {
  return typeof of === 'string' ? of : Object.values(of).map(String)[0] ?? ''
}
