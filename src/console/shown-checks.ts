// The checks of a request in their order, with what each compared. They are listed after the decision by the functions that explain
// tokens and policies, so nothing is decided here a second time.

import { err, ok } from '../kernel/result.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import { explainToken } from '../auth/explain-token.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import type { DecisionRecord } from '../mcp/decision-record.ts'
import type { Check, Explanation } from '../policy/explain.ts'
import type { ShownCheck, ShownComparison } from './shown-request.ts'
import { shownText, shownValue } from './shown-value.ts'

export interface Surroundings {
  /** The resource identifier that tokens are meant for. */
  readonly resource: string
  readonly now: EpochMilliseconds
}

export function shownChecks (
  record: Readonly<DecisionRecord>, explanation: Explanation | undefined, surroundings: Surroundings
): readonly ShownCheck[] {
  return [...tokenChecks(record, surroundings), ...(explanation?.checks ?? []).map(check => policyCheck(check, record, surroundings))]
}

function tokenChecks ({ grant, rejection }: Readonly<DecisionRecord>, surroundings: Surroundings): readonly ShownCheck[] {
  const authentication = rejection === undefined ? grant === undefined ? undefined : ok(grant) : err(rejection)
  if (authentication === undefined) return []
  return explainToken(authentication).map(({ check, outcome, problem }) => ({
    check,
    outcome,
    ...(problem === undefined ? {} : { problem: 'claim' in problem ? `${problem.kind}:${problem.claim}` : problem.kind }),
    ...withComparison(rejection === undefined && grant !== undefined ? claimComparison(check, grant, surroundings) : undefined)
  }))
}

function claimComparison (check: string, grant: VerifiedGrant, { resource, now }: Surroundings): ShownComparison | undefined {
  switch (check) {
    case 'lifetime': return { member: 'exp', needed: Math.floor(now / 1000), found: grant.expiresAt ?? null }
    case 'issuer': return { member: 'iss', needed: grant.person.issuer, found: grant.person.issuer }
    case 'audience': return { member: 'aud', needed: resource }
    case 'subject': return { member: 'sub', needed: null, found: shownText(grant.person.subject) }
  }
  return undefined
}

function policyCheck (check: Check, record: Readonly<DecisionRecord>, surroundings: Surroundings): ShownCheck {
  const { check: name, outcome } = check
  switch (name) {
    case 'scope': {
      const compared = check.needed.map(scope => ({ member: 'scope', needed: scope, found: check.missing.includes(scope) ? null : scope }))
      return { check: name, outcome, ...(compared.length === 0 ? {} : { compared }) }
    }
    case 'authentication-level': return { check: name, outcome, ...withComparison(levelComparison(record)) }
    case 'authorization-details': {
      const compared = detailsComparisons(check, record, surroundings)
      const problem = check.problem === undefined ? {} : { problem: check.problem }
      return { check: name, outcome, ...problem, ...(compared.length === 0 ? {} : { compared }) }
    }
    case 'freshness': return { check: name, outcome }
  }
}

function levelComparison ({ grant, requirement }: Readonly<DecisionRecord>): ShownComparison | undefined {
  if (requirement?.authentication === undefined || grant === undefined) return undefined
  const { authenticationContext } = grant
  const needed = shownValue(Object.values(requirement.authentication).flat()) ?? null
  return { member: 'acr', needed, found: authenticationContext === undefined ? null : shownText(authenticationContext) }
}

/** For each element of the token: the member that decided, or all members that this call needs. */
function detailsComparisons (
  { elements }: Extract<Check, { check: 'authorization-details' }>, record: Readonly<DecisionRecord>, { resource, now }: Surroundings
): readonly ShownComparison[] {
  const details = record.requirement?.details
  const given = record.grant?.authorizationDetails
  if (details === undefined) return []
  const smallest = details.smallest({ now, resource })
  const received: readonly unknown[] = Array.isArray(given) ? given : []
  return elements.flatMap(({ index, member }) => {
    const element = received[index]
    if (!isJsonObject(element)) return []
    const members = member === undefined ? limitsOf(smallest) : [member]
    return members.flatMap(name => comparison(name, smallest, element, index))
  })
}

function limitsOf (smallest: JsonObject): readonly string[] {
  return Object.keys(smallest).filter(name => name !== 'type')
}

function comparison (member: string, smallest: JsonObject, element: JsonObject, index: number): readonly ShownComparison[] {
  const needed = shownValue(smallest[member] ?? null)
  const found = shownValue(element[member] ?? null)
  return needed === undefined || found === undefined ? [] : [{ member, needed, found, element: index }]
}

function withComparison (comparison: ShownComparison | undefined): { readonly compared?: readonly ShownComparison[] } {
  return comparison === undefined ? {} : { compared: [comparison] }
}
