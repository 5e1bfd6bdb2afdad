// Rules about challenges of the scheme DPoP (RFC 9449). A client with a key reads only these, so they have to say the same as those of
// the scheme Bearer: where the metadata is, and which algorithms a proof may use.

import { challengesOf } from '../challenge-syntax.ts'
import type { TokenObservations } from '../observe-with-token.ts'
import type { Observations } from '../observe.ts'
import { headerLines, isFailure, isRefusal, show, showOutcome, type Outcome } from '../outcome.ts'
import { judge, rfc, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

export const DPOP_RULES = {
  'dpop.resource-metadata': {
    level: 'warning',
    title: 'A DPoP challenge names resource_metadata',
    source: rfc(9728, '5.1'),
    remedy: 'Add resource_metadata to the DPoP challenge too: a client that uses DPoP need not read the Bearer challenge next to it.'
  },
  'dpop.algorithms': {
    level: 'warning',
    title: 'A DPoP challenge lists asymmetric algorithms in algs',
    source: rfc(9449, '7.1'),
    remedy: 'Add algs with the JWS algorithms of proofs, separated by single blanks, such as algs="ES256": without none and without HS256.'
  },
  'dpop.proof-needed': {
    level: 'error',
    title: 'A token with the scheme DPoP and without a proof is refused',
    source: rfc(9449, '7.1'),
    remedy: 'Refuse the scheme DPoP, or require and verify the DPoP header with it: otherwise the key of the client protects nothing.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof DPOP_RULES

/** RFC 9449 §4.2: a proof is signed with a private key. */
const ASYMMETRIC = /^(?:(?:ES|RS|PS)(?:256|384|512)|ES256K|EdDSA|Ed25519|Ed448|ML-DSA-(?:44|65|87))$/

type Seen = Pick<Observations, 'unauthenticated' | 'credentials'>

export function checkDpop ({ unauthenticated, credentials }: Seen, withToken: TokenObservations | undefined): Verdict<Id>[] {
  const outcomes: ReadonlyArray<readonly [string, Outcome | undefined]> = [
    ['a request without a token', unauthenticated['tools/list']],
    ['an invented token', credentials.junk],
    ['the given token', withToken?.initialize],
    ['the given token without a proof', withToken?.dpop]
  ]
  const challenges = outcomes.flatMap(([name, outcome]) => outcome === undefined
    ? []
    : challengesOf(headerLines(outcome, 'www-authenticate'), 'dpop').map(({ parameters }) => ({ name, parameters })))
  return [
    ...challenges.length === 0
      ? skipAll<Id>(['dpop.resource-metadata', 'dpop.algorithms'], 'no challenge names the scheme DPoP')
      : judgeAll(challenges),
    withToken === undefined ? skip('dpop.proof-needed', 'needs --token-file') : judgeProof(withToken)
  ]
}

interface Named { readonly name: string, readonly parameters: ReadonlyMap<string, string> }

function judgeAll (challenges: readonly Named[]): Verdict<Id>[] {
  const nowhere = challenges.filter(({ parameters }) => !parameters.has('resource_metadata'))
  const wrong = challenges.filter(({ parameters }) => !areAsymmetric(parameters.get('algs')))
  return [
    judge('dpop.resource-metadata', nowhere.length === 0, nowhere.length === 0
      ? 'named'
      : `not named for ${nowhere.map(({ name }) => name).join(', ')}`),
    judge('dpop.algorithms', wrong.length === 0, (wrong.length === 0 ? challenges : wrong)
      .map(({ name, parameters }) => `${name}: algs="${show(parameters.get('algs') ?? '')}"`).join('; '))
  ]
}

function areAsymmetric (algs: string | undefined): boolean {
  return algs !== undefined && algs.split(' ').every(algorithm => ASYMMETRIC.test(algorithm))
}

/** A result means that the scheme was taken for Bearer. A server that fails has neither accepted nor refused the token. */
function judgeProof ({ dpop }: TokenObservations): Verdict<Id> {
  const rule = 'dpop.proof-needed'
  return isFailure(dpop) ? skip(rule, showOutcome(dpop)) : judge(rule, isRefusal(dpop), showOutcome(dpop))
}
