// How is a Rejection said? 401 for what a new token mends, 400 for what no token could. Bodies are the OAuth JSON
// that clients know. Everything but the live refusals is prepared once: a flood of bad tokens costs little.

import type { InvalidTokenProblem, Rejection } from '../auth/rejection.ts'
import type { Addresses } from './addresses.ts'
import { bearerChallenge, type ChallengeError } from './challenge.ts'
import { NO_STORE, type HttpAnswer } from './http-answer.ts'

export interface RejectionAnswers {
  /** @param scopes what the operation needs, where it is known; else the scopes a client can begin with */
  readonly answer: (rejection: Rejection, scopes?: readonly string[]) => HttpAnswer
}

export interface RejectionAnswerOptions {
  readonly addresses: Addresses
  readonly initialScopes: readonly string[]
  /** `tutorial` names the error of a request without a token; `rfc6750` leaves it out (RFC 6750 §3.1). */
  readonly whenTokenMissing: 'tutorial' | 'rfc6750'
}

interface Said { readonly status: 400 | 401, readonly error: ChallengeError, readonly description: string }

export function createRejectionAnswers ({ addresses, initialScopes, whenTokenMissing }: RejectionAnswerOptions): RejectionAnswers {
  const prepared = new Map<string, HttpAnswer>()

  function write (rejection: Rejection, scopes: readonly string[]): HttpAnswer {
    const { status, error, description } = say(rejection)
    const silent = rejection.kind === 'missing-token' && whenTokenMissing === 'rfc6750'
    const challenge = bearerChallenge(addresses, silent ? { scopes } : { error, description, scopes })
    return {
      status,
      headers: { ...NO_STORE, 'www-authenticate': challenge },
      body: JSON.stringify({ error, error_description: description })
    }
  }

  return {
    answer (rejection, scopes) {
      if (scopes !== undefined) return write(rejection, scopes)
      const { description } = say(rejection)
      let answer = prepared.get(description)
      if (answer === undefined) {
        answer = write(rejection, initialScopes)
        prepared.set(description, answer)
      }
      return answer
    }
  }
}

function say (rejection: Rejection): Said {
  switch (rejection.kind) {
    case 'missing-token':
      return { status: 401, error: 'invalid_request', description: 'Access token is required' }
    case 'malformed-credentials':
      return { status: 400, error: 'invalid_request', description: malformed(rejection.problem) }
    case 'invalid-token':
      return { status: 401, error: 'invalid_token', description: invalid(rejection.problem) }
  }
}

function malformed (problem: Extract<Rejection, { kind: 'malformed-credentials' }>['problem']): string {
  switch (problem) {
    case 'repeated': return 'Send exactly one Authorization header with one access token'
    case 'empty': return 'The Authorization header holds no access token'
    case 'syntax': return 'The access token holds characters that no access token has, or is too long'
    case 'token-in-query': return 'Send the access token in the Authorization header, never in the URL'
  }
}

/** The problem itself goes to the operator; the client learns what it can do about it. */
function invalid (problem: InvalidTokenProblem): string {
  switch (problem.kind) {
    case 'inactive': return 'The access token is expired, revoked or unknown; obtain a new one'
    case 'unverifiable': return 'The access token is not signed as this resource server accepts it; obtain a new one'
    case 'expired': return 'The access token is expired, revoked or unknown; obtain a new one'
    case 'not-yet-valid': return 'The access token is not valid yet'
    case 'wrong-issuer': return 'The access token comes from another authorization server; see resource_metadata'
    case 'sender-constrained': return 'The access token is bound to a key and cannot be used as a bearer token'
    case 'wrong-audience': return 'The access token was issued for another resource; request one with the resource in resource_metadata'
    case 'no-audience': return 'The access token names no resource; request one with the resource in resource_metadata'
    case 'no-subject': return 'The access token names no person; obtain one on behalf of a person'
    case 'unusable-claim': return 'The access token cannot be used here; obtain a new one'
  }
}
