// The HTTP answer to a Rejection: 401 where a new token or proof helps, 400 for malformed credentials. The body is an OAuth error
// response. Answers are prepared once, so that a flood of bad tokens costs little: docs/performance.md#prepared-refusals

import type { ProofProblem, Scheme } from '../../auth/possession/possession.ts'
import type { InvalidTokenProblem, Rejection } from '../../auth/rejection.ts'
import type { Derived } from '../../mcp/registry-generations.ts'
import type { ScopeNames } from '../../policy/requested-scopes.ts'
import type { Addresses } from '../addresses.ts'
import { BEARER_ONLY, writeChallenge, type AcceptedSchemes, type ChallengeError } from './challenge.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

export interface RejectionAnswers {
  /**
   * @param scopes the scopes that the operation needs, where they are known. Default: the scopes to begin with
   * @param used the scheme that the request used; absent: no scheme that is accepted
   */
  readonly answer: (rejection: Rejection, scopes?: readonly string[], used?: Scheme) => HttpAnswer
}

export interface RejectionAnswerOptions {
  readonly addresses: Addresses
  /** The scopes of a challenge that knows no operation; replaced when the tools change. */
  readonly initialScopes: Derived<readonly string[]>
  /** Whether a request without credentials gets an error (`tutorial`) or a bare challenge (`rfc6750`, RFC 6750 §3.1). */
  readonly whenTokenMissing: 'tutorial' | 'rfc6750'
  /** Default: bearer tokens only. */
  readonly schemes?: AcceptedSchemes
  /** The names under which clients request scopes. Default: those of the tools. */
  readonly scopeNames?: ScopeNames
  /** The current nonce for DPoP proofs (RFC 9449 §8). */
  readonly nonce?: (() => string) | undefined
}

export const NONCE_HEADER = 'dpop-nonce'

interface Refusal { readonly status: 400 | 401, readonly error: ChallengeError, readonly description: string }

export function createRejectionAnswers (options: RejectionAnswerOptions): RejectionAnswers {
  const { addresses, initialScopes, whenTokenMissing, schemes = BEARER_ONLY, scopeNames, nonce } = options
  const prepared = new Map<string, HttpAnswer>()
  let preparedScopes = initialScopes.current

  function write (rejection: Rejection, scopes: readonly string[], used: Scheme | undefined): HttpAnswer {
    const { status, error, description } = refusalOf(rejection)
    const bare = rejection.kind === 'missing-token' && whenTokenMissing === 'rfc6750'
    const parameters = bare ? { scopes } : { error, description, scopes }
    const challenge = writeChallenge({ addresses, parameters, schemes, scopeNames, used })
    const nonceHeader = rejection.kind === 'nonce-required' && nonce !== undefined ? { [NONCE_HEADER]: nonce() } : {}
    return {
      status,
      headers: { ...NO_STORE, 'www-authenticate': challenge, ...nonceHeader },
      body: JSON.stringify({ error, error_description: description })
    }
  }

  return {
    answer (rejection, scopes, used) {
      // The nonce changes with time.
      if (scopes !== undefined || rejection.kind === 'nonce-required') return write(rejection, scopes ?? initialScopes.current, used)
      if (preparedScopes !== initialScopes.current) {
        preparedScopes = initialScopes.current
        prepared.clear()
      }
      const { description } = refusalOf(rejection)
      const key = used === 'DPoP' ? `DPoP ${description}` : description
      let answer = prepared.get(key)
      if (answer === undefined) {
        answer = write(rejection, preparedScopes, used)
        prepared.set(key, answer)
      }
      return answer
    }
  }
}

function refusalOf (rejection: Rejection): Refusal {
  switch (rejection.kind) {
    case 'missing-token':
      return { status: 401, error: 'invalid_request', description: 'Access token is required' }
    case 'malformed-credentials':
      return { status: 400, error: 'invalid_request', description: malformedText(rejection.problem) }
    case 'invalid-proof':
      return { status: 401, error: 'invalid_dpop_proof', description: proofText(rejection.problem) }
    case 'nonce-required':
      return { status: 401, error: 'use_dpop_nonce', description: 'The DPoP proof needs the nonce in the DPoP-Nonce header' }
    case 'invalid-token':
      return { status: 401, error: 'invalid_token', description: tokenText(rejection.problem) }
  }
}

function malformedText (problem: Extract<Rejection, { kind: 'malformed-credentials' }>['problem']): string {
  switch (problem) {
    case 'repeated': return 'Send exactly one Authorization header with one access token'
    case 'empty': return 'The Authorization header holds no access token'
    case 'syntax': return 'The access token holds characters that no access token has'
    case 'too-long': return 'The access token is longer than this resource server accepts'
    case 'token-in-query': return 'Send the access token in the Authorization header, never in the URL'
  }
}

function proofText (problem: ProofProblem): string {
  switch (problem) {
    case 'missing': return 'The DPoP scheme needs a DPoP header with a proof'
    case 'repeated': return 'Send exactly one DPoP header with one proof'
    case 'form': return 'The DPoP proof cannot be read, or lacks jti, iat or another claim'
    case 'type': return 'The typ of a DPoP proof is dpop+jwt'
    case 'algorithm': return 'The DPoP proof is signed with an algorithm that is not accepted here; see algs'
    case 'key': return 'The DPoP proof holds no usable public key'
    case 'signature': return 'The signature of the DPoP proof is wrong'
    case 'method': return 'The DPoP proof is for another HTTP method'
    case 'address': return 'The DPoP proof is for another address; htu is the resource in resource_metadata'
    case 'token': return 'The DPoP proof is for another access token'
    case 'time': return 'The DPoP proof is too old or from the future; compare clocks'
    case 'replayed': return 'The DPoP proof was used before; make one for each request'
  }
}

/** What the client can do about it. The exact problem is in the operator's log only. */
function tokenText (problem: InvalidTokenProblem): string {
  switch (problem.kind) {
    case 'inactive': return 'The access token is expired, revoked or unknown; obtain a new one'
    case 'unverifiable': return 'The access token is not signed as this resource server accepts it; obtain a new one'
    case 'expired': return 'The access token is expired, revoked or unknown; obtain a new one'
    case 'no-expiry': return 'The access token cannot be used here; obtain a new one'
    case 'not-yet-valid': return 'The access token is not valid yet'
    case 'wrong-issuer': return 'The access token comes from another authorization server; see resource_metadata'
    case 'sender-constrained': return 'The access token is bound to a key and cannot be used as a bearer token'
    case 'wrong-key': return 'The access token is bound to another key or certificate than the one shown'
    case 'not-sender-constrained': return 'The access token is not bound to the key of a DPoP proof; obtain one that is'
    case 'wrong-audience': return 'The access token was issued for another resource; request one with the resource in resource_metadata'
    case 'no-audience': return 'The access token names no resource; request one with the resource in resource_metadata'
    case 'no-own-scope': return 'The access token holds no scope of this resource; request one with the scopes of this challenge'
    case 'client-not-accepted': return 'The access token was issued to a client that is not accepted here'
    case 'no-subject': return 'The access token names no person; obtain one on behalf of a person'
    case 'unusable-claim': return 'The access token cannot be used here; obtain a new one'
  }
}
