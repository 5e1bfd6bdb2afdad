// Explains a decision: the checks of decide(), in its order and with its functions, each with what it found. Like decide() it stops
// at the first check that fails, so an explanation reveals no more than the call would.

import type { VerifiedGrant } from '../auth/grant.ts'
import type { JsonObject } from '../kernel/json.ts'
import { authenticationSuffices } from './authentication-level.ts'
import { judgeDetails, judgeElement, type DetailsProblem } from './authorization-details/judgement.ts'
import { readAuthorizationDetails } from './authorization-details/read.ts'
import type { DetailsRequirement, ElementVerdict, JudgementContext } from './authorization-details/details-requirement.ts'
import type { Denial } from './denial.ts'
import { isLive } from './freshness.ts'
import type { Moment, PolicyOptions } from './policy-options.ts'
import type { Requirement } from './requirement.ts'
import { missingScopes } from './scope.ts'

/** `not-needed`: the operation has no such requirement. `not-reached`: an earlier check failed. */
export type CheckOutcome = 'passed' | 'failed' | 'not-needed' | 'not-reached' | 'depends-on-arguments'

/** The verdict on one element of the needed type. */
export interface ElementFinding {
  /** Its place in the token's array, from 0. */
  readonly index: number
  readonly verdict: ElementVerdict['kind']
  /** The member because of which it does not suffice. */
  readonly member: string | undefined
}

export type Check =
  | { readonly check: 'scope', readonly outcome: CheckOutcome, readonly needed: readonly string[], readonly missing: readonly string[] }
  | { readonly check: 'authentication-level', readonly outcome: CheckOutcome }
  | {
    readonly check: 'authorization-details'
    readonly outcome: CheckOutcome
    readonly type: string | undefined
    readonly problem: DetailsProblem | undefined
    readonly elements: readonly ElementFinding[]
    /** The smallest `authorization_details` that would allow this very call. */
    readonly remedy: readonly JsonObject[] | undefined
  }
  | { readonly check: 'freshness', readonly outcome: CheckOutcome }

export interface Explanation {
  /** As decide() decides: `needs-fresh` is allowed as soon as a live answer says the same. A fault is a denial here. */
  readonly verdict: 'permit' | 'denial' | 'needs-fresh' | 'depends-on-arguments'
  readonly denial: Denial['kind'] | undefined
  /** Always all four, in the order in which they are made. */
  readonly checks: readonly Check[]
}

/** A requirement whose `details` may be unknown, because no arguments were given. */
export type ExplainedRequirement = Omit<Requirement, 'details'> & {
  readonly details: DetailsRequirement | 'depends-on-arguments' | undefined
}

/** The same answer as decide() with the same values, check by check. Never throws. */
export function explain (grant: VerifiedGrant, requirement: ExplainedRequirement, moment: Moment, options: PolicyOptions): Explanation {
  const checks: Check[] = []
  try {
    const denial = explainScope(grant, requirement, options, checks) ??
      explainAuthentication(grant, requirement, moment, checks) ??
      explainDetails(grant, requirement, { now: moment.now, resource: options.resource }, options, checks)
    if (denial !== undefined) return { verdict: 'denial', denial, checks: withUnreached(checks) }

    const isFresh = requirement.freshness !== 'fresh' || isLive(grant, moment.receivedAtMonotonicMs)
    checks.push({ check: 'freshness', outcome: requirement.freshness !== 'fresh' ? 'not-needed' : isFresh ? 'passed' : 'failed' })
    if (requirement.details === 'depends-on-arguments') return { verdict: 'depends-on-arguments', denial: undefined, checks }
    return { verdict: isFresh ? 'permit' : 'needs-fresh', denial: undefined, checks }
  } catch {
    return { verdict: 'denial', denial: 'undecidable', checks: withUnreached(checks) }
  }
}

function explainScope (
  grant: VerifiedGrant, { scopes }: ExplainedRequirement, { scopeImplications = {} }: PolicyOptions, checks: Check[]
): Denial['kind'] | undefined {
  const missing = missingScopes(grant.scopes, scopes, scopeImplications)
  const outcome = missing.length > 0 ? 'failed' : scopes.length === 0 ? 'not-needed' : 'passed'
  checks.push({ check: 'scope', outcome, needed: scopes, missing })
  return outcome === 'failed' ? 'insufficient-scope' : undefined
}

function explainAuthentication (
  grant: VerifiedGrant, { authentication }: ExplainedRequirement, { now }: Moment, checks: Check[]
): Denial['kind'] | undefined {
  const suffices = authentication === undefined || authenticationSuffices(grant, authentication, now)
  checks.push({ check: 'authentication-level', outcome: authentication === undefined ? 'not-needed' : suffices ? 'passed' : 'failed' })
  return suffices ? undefined : 'insufficient-authentication'
}

function explainDetails (
  { authorizationDetails }: VerifiedGrant, { details }: ExplainedRequirement, context: JudgementContext,
  options: PolicyOptions, checks: Check[]
): Denial['kind'] | undefined {
  if (details === undefined || details === 'depends-on-arguments') {
    checks.push({ ...UNREACHED_DETAILS, outcome: details ?? 'not-needed' })
    return undefined
  }
  const judgement = judgeDetails(authorizationDetails, details, context, options)
  const denied = judgement.kind === 'insufficient'
  checks.push({
    check: 'authorization-details',
    outcome: denied ? 'failed' : 'passed',
    type: details.type,
    problem: denied ? judgement.problem : undefined,
    elements: findingsOn(authorizationDetails, details, context),
    remedy: denied ? judgement.remedy : undefined
  })
  return denied ? 'insufficient-authorization' : undefined
}

function findingsOn (received: unknown, needed: DetailsRequirement, context: JudgementContext): readonly ElementFinding[] {
  const details = readAuthorizationDetails(received)
  if (details.kind !== 'elements') return []
  return details.elements.filter(({ type }) => type === needed.type).map(element => {
    const verdict = judgeElement(element, needed, context)
    return { index: element.index, verdict: verdict.kind, member: verdict.kind === 'sufficient' ? undefined : verdict.member }
  })
}

const UNREACHED_DETAILS = {
  check: 'authorization-details', outcome: 'not-reached', type: undefined, problem: undefined, elements: [], remedy: undefined
} as const

const UNREACHED: readonly Check[] = [
  { check: 'scope', outcome: 'not-reached', needed: [], missing: [] },
  { check: 'authentication-level', outcome: 'not-reached' },
  UNREACHED_DETAILS,
  { check: 'freshness', outcome: 'not-reached' }
]

function withUnreached (made: readonly Check[]): readonly Check[] {
  return [...made, ...UNREACHED.slice(made.length)]
}
