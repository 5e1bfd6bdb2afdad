// Diagnoses the token of `--token-file`: how far it passes the checks, and whether any tool would accept it. The report does not contain
// the token.

import { explainToken } from '../auth/explain-token.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import type { SeenToken } from '../auth/hints/seen-token.ts'
import { explainInvalidToken, explainMissingScopeClaim, explainUnavailable, type HintContext } from '../auth/likely-cause.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import type { Answer } from './answers.ts'
import { good, problem, unknown, type Diagnosis } from './diagnosis.ts'

/** What every call of a tool lacks with one grant. */
export type ToolLack = 'scope' | 'authentication-level' | 'authorization-details'

export interface TokenContext extends HintContext {
  /** What the token looks like. */
  readonly seen: SeenToken
  /** For each tool that needs something of a grant: what every call of it lacks, or `undefined`. */
  readonly lacks: (grant: VerifiedGrant) => ReadonlyArray<ToolLack | undefined>
  /** Whether tokens that are bound to a key or a certificate are accepted. */
  readonly takesBoundTokens: boolean
}

const LETS_OBTAIN: Readonly<Record<ToolLack, string>> = {
  scope: 'Let the client request the scopes of the tools (scopes_supported in the metadata of this gateway). If the authorization ' +
    'server grants them under other names, see policy.scopeImplications.',
  'authentication-level': 'Let the person sign in again, in the way that the tools need: the challenge of a call names acr_values and ' +
    'max_age.',
  'authorization-details': 'Let the client request authorization_details of the types in the metadata of this gateway ' +
    '(authorization_details_types_supported). Where the authorization server cannot grant any, see ' +
    'policy.authorizationDetailsWhenAbsent.'
}

const IN_WORDS: Readonly<Record<ToolLack, string>> = {
  scope: 'it has no scope that a tool needs',
  'authentication-level': 'the way or the time in which the person signed in suffices for no tool',
  'authorization-details': 'it has no authorization_details that a tool could accept'
}

/** @param answer about the token of `--token-file` */
export function diagnoseToken (context: TokenContext, answer: Answer): Diagnosis[] {
  if (answer.ok === 'failed') return [diagnoseUnanswered(answer.failure)]
  const checks = explainToken(answer)
  const failed = checks.find(({ outcome }) => outcome === 'failed')
  const passed = checks.filter(({ outcome }) => outcome === 'passed').map(({ check }) => check).join(', ')
  if (failed === undefined) return [diagnoseUse(context, answer.ok === true ? answer.value : undefined, passed)]
  const before = passed === '' ? '' : `; passed before: ${passed}`
  // Only its holder has the key: without it nothing can be said against the token.
  if (context.takesBoundTokens && failed.problem?.kind === 'sender-constrained') {
    return [unknown('token', `bound to a key, which only its holder can prove to have; later checks were not made${before}`)]
  }
  return [problem('token', `refused at: ${failed.check}${before}`, failed.problem === undefined
    ? 'It does not have the form of a bearer token.'
    : explainInvalidToken(failed.problem, context, context.seen))]
}

/** In the words of the log. */
function diagnoseUnanswered (failure: unknown): Diagnosis {
  if (!(failure instanceof AuthorizationServerUnavailable)) return unknown('token', 'the authorization server could not be asked about it')
  const { reason, detail, circumstance } = failure
  const remedy = explainUnavailable(reason, circumstance)
  if (reason === 'unusable-reply') return problem('token', `the answer about it cannot be used: ${detail}`, remedy)
  return { ...unknown('token', `the authorization server could not be asked about it: ${detail} (${reason})`), remedy }
}

/** A token that passes every check, and that every tool refuses, is not good. */
function diagnoseUse ({ lacks }: TokenContext, grant: VerifiedGrant | undefined, passed: string): Diagnosis {
  if (grant === undefined) return unknown('token', `passed: ${passed}`)
  const found = lacks(grant)
  const { missingScopeClaim } = grant
  if (missingScopeClaim !== undefined && found.includes('scope')) {
    const hint = explainMissingScopeClaim(missingScopeClaim)
    return problem('token', `accepted, but without any claim of scopes; passed: ${passed}`, hint)
  }
  const useless = uselessBecause(found)
  return useless === undefined
    ? good('token', `good here: ${passed}; "explain" says which tools it may use`)
    : problem('token', `accepted, but ${useless.found}; passed: ${passed}`, useless.remedy)
}

/**
 * Why no tool accepts a grant, in words.
 * @returns `undefined` where a tool may accept it
 */
export function uselessBecause (
  lacks: ReadonlyArray<ToolLack | undefined>
): { readonly found: string, readonly remedy: string } | undefined {
  const reasons = new Set(lacks.filter(lack => lack !== undefined))
  if (lacks.length === 0 || lacks.includes(undefined)) return undefined
  // What a tool lacks whose scope is granted says more than a scope for which the client did not ask.
  const telling = [...reasons].filter(lack => lack !== 'scope')
  const told = telling.length === 0 ? [...reasons] : telling
  return { found: told.map(lack => IN_WORDS[lack]).join(', and '), remedy: told.map(lack => LETS_OBTAIN[lack]).join(' ') }
}
