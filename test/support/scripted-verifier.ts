// An authenticator whose verifier answers when the test says so, with a clock that stands still.

import type { Authentication } from '../../src/auth/authentication.ts'
import { createAuthenticator } from '../../src/auth/authenticator.ts'
import type { AuthenticationEvent } from '../../src/auth/observation.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import type { Verifier } from '../../src/auth/verifier.ts'
import { createManualClock } from './manual-clock.ts'
import { ISSUER, RESOURCE } from './token-statuses.ts'

export const CACHE = { ttlSeconds: 30, negativeTtlSeconds: 5, maxEntries: 100, maxNegativeEntries: 100 }

interface Question { readonly answer: (status: TokenStatus) => void, readonly fail: (failure: Error) => void }

/** A verifier whose questions stay open until the test answers them; `status` answers at once instead. */
export function createScriptedVerifier () {
  const questions: Question[] = []
  let status: TokenStatus | undefined
  let asked = 0
  const verifier: Verifier = {
    verify: () => {
      asked += 1
      if (status !== undefined) return Promise.resolve(status)
      return new Promise((resolve, reject) => { questions.push({ answer: resolve, fail: reject }) })
    }
  }
  return {
    verifier,
    asked: () => asked,
    says (next: TokenStatus | undefined) { status = next },
    question (index: number): Question {
      const question = questions[index]
      if (question === undefined) throw new Error(`nobody has asked question ${index}`)
      return question
    }
  }
}

export function buildAuthenticator (cache: Partial<typeof CACHE> = {}) {
  const clock = createManualClock()
  const scripted = createScriptedVerifier()
  const events: AuthenticationEvent[] = []
  const authenticator = createAuthenticator({
    verifier: scripted.verifier,
    issuer: ISSUER,
    resource: RESOURCE,
    cache: {
      ...CACHE,
      ...cache
    },
    clock,
    observe: event => { events.push(event) }
  })
  return { clock, scripted, events, authenticator }
}

export const outcome = (authentication: Authentication) => authentication.ok
  ? 'granted'
  : authentication.error.kind === 'invalid-token' ? authentication.error.problem.kind : authentication.error.kind

export const token = new PresentedToken('the-token')
