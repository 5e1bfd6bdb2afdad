// A JWT verifier in front of a stub authorization server that publishes keys.

import type { Test } from 'tap'
import { createJwtVerifier, type JwtVerifierSettings } from '../../src/auth/jwt/jwt-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from './manual-clock.ts'
import { createSigningKey, type SigningKey } from './signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from './stub-authorization-server.ts'
import { RESOURCE } from './token-statuses.ts'

export const METADATA = '/.well-known/oauth-authorization-server'
export const KEYS = '/jwks'

export const firstKey = createSigningKey('first')
export const secondKey = createSigningKey('second', 'RS256')

export async function startJwtVerifier (t: Test, settings: Partial<JwtVerifierSettings> = {}) {
  const server = await startStubAuthorizationServer()
  const clock = createManualClock()
  const issuer = server.origin
  server.on(METADATA, answersJson({ issuer, jwks_uri: `${issuer}${KEYS}` }))
  publishKeys(server, firstKey)
  const authorizationServer = createAuthorizationServer({ issuer, deadlineMs: 3000, clock })
  const verifier = createJwtVerifier(
    { server: authorizationServer, algorithms: ['ES256', 'RS256'], types: ['at+jwt'], allowMissingType: false, ...settings }
  )
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  const payload = (changes: object = {}) => ({
    iss: issuer,
    sub: '1004',
    aud: RESOURCE,
    exp: MANUAL_CLOCK_START_SECONDS +
      3600,
    iat: MANUAL_CLOCK_START_SECONDS,
    client_id: 'client-1',
    scope: 'a b',
    ...changes
  })
  const fetches = () => server.received.filter(({ path }) => path === KEYS).length
  return {
    server,
    clock,
    issuer,
    authorizationServer,
    verifier,
    payload,
    fetches,
    ask: (token: string) => verifier.verify(new PresentedToken(token))
  }
}

export function publishKeys (server: { readonly on: (path: string, behaviour: Behaviour) => void }, ...keys: readonly SigningKey[]): void {
  server.on(KEYS, answers(200, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }), { 'content-type': 'application/jwk-set+json' }))
}

export const unverifiable = (problem: string): TokenStatus => ({ kind: 'unverifiable', problem } as TokenStatus)
