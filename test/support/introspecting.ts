// An introspection verifier in front of a stub authorization server, and the fault that a question ends with.

import { inspect } from 'node:util'
import type { Test } from 'tap'
import type { Dispatcher } from 'undici'
import { clientSecretBasic, withSecret } from '../../src/auth/introspection/client-authentication.ts'
import { createIntrospectionVerifier } from '../../src/auth/introspection/introspection-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import type { Asserting } from './collected.ts'
import { startStubAuthorizationServer } from './stub-authorization-server.ts'

export const SECRET_TOKEN = 'tok+en/with=='
export const CLIENT_SECRET = 'very-secret'
export const OAUTH_METADATA = '/.well-known/oauth-authorization-server'

interface Settings {
  readonly issuer?: string
  /** `undefined`: discovered. */
  readonly endpoint?: string | undefined
  readonly clientId?: string
  readonly clientSecret?: string
  readonly deadlineMs?: number
  readonly clock?: Clock
  readonly dispatcher?: Dispatcher
  readonly onForeignEndpoint?: () => void
}

export async function startIntrospection (t: Test, settings: Settings = {}) {
  const server = await startStubAuthorizationServer()
  const { issuer, endpoint, clientId, clientSecret, deadlineMs, clock, dispatcher } = {
    issuer: server.origin, endpoint: `${server.origin}/introspect`, clientId: 'mcp-server', clientSecret: CLIENT_SECRET, deadlineMs: 3000, clock: systemClock, dispatcher: undefined, ...settings
  }
  const authorizationServer = createAuthorizationServer({ issuer, deadlineMs, clock, dispatcher })
  const verifier = createIntrospectionVerifier({
    server: authorizationServer,
    endpoint,
    authenticate: withSecret(clientSecretBasic, clientId, () => clientSecret),
    accept: 'json',
    signedReplies: { algorithms: [], audiences: [clientId] },
    deadlineMs,
    clock,
    onForeignEndpoint: settings.onForeignEndpoint
  })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  return { server, verifier, ask: () => verifier.verify(new PresentedToken(SECRET_TOKEN)) }
}

/** The fault that came; a test fails when none did or when it tells a secret. */
export async function faultOf (t: Asserting, asking: Promise<unknown>): Promise<AuthorizationServerUnavailable> {
  const failure = await asking.then(() => undefined, (reason: unknown) => reason)
  if (!(failure instanceof AuthorizationServerUnavailable)) throw new Error(`expected a fault, got ${inspect(failure)}`)
  const shown = inspect(failure, { depth: 9, showHidden: true })
  const secrets = [SECRET_TOKEN, encodeURIComponent(SECRET_TOKEN), CLIENT_SECRET, 'upstream-text', btoa(`mcp-server:${CLIENT_SECRET}`)]
  t.strictSame(secrets.filter(secret => shown.includes(secret)), [], 'a fault tells neither token nor secret nor what the server sent')
  return failure
}
