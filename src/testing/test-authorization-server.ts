// An authorization server in memory: it answers discovery (RFC 8414) and introspection (RFC 7662) without a socket. It issues tokens on
// request of the test, with no login and no consent.

import { MockAgent } from 'undici'
import type { Clock } from '../kernel/clock.ts'

/** What introspection says of a token. */
export interface TestToken {
  /** `sub`. Default `1004`. */
  readonly subject?: string
  /** Default: none. */
  readonly scopes?: readonly string[]
  readonly authorizationDetails?: readonly object[]
  /** Default `test-client`. */
  readonly clientId?: string
  /** `aud`. Default: the resource of the gateway. */
  readonly audience?: string | readonly string[]
  /** Seconds until `exp`. Default 3600. */
  readonly lifetimeSeconds?: number
  /** More members of the answer, or others in place of those above, such as `acr` or `cnf`. */
  readonly claims?: Readonly<Record<string, unknown>>
}

export interface TestAuthorizationServer {
  /** The issuer identifier. */
  readonly issuer: string
  /** For the option `dispatcher` of the gateway. */
  readonly dispatcher: MockAgent
  /** A new reference token. */
  readonly issue: (token?: TestToken) => string
  readonly revoke: (token: string) => void
  /** `false`: every request fails as if nothing listened there. */
  readonly setAvailable: (available: boolean) => void
  /** How often introspection was asked. */
  readonly introspections: () => number
  readonly close: () => Promise<void>
}

export interface TestAuthorizationServerOptions {
  /** The default audience of its tokens: the resource identifier of the gateway. */
  readonly resource: string
  readonly clock: Clock
  /** Default `https://as.example`. */
  readonly issuer?: string
}

const METADATA_PATH = '/.well-known/oauth-authorization-server'
const JSON_HEADERS = { headers: { 'content-type': 'application/json' } }

/**
 * @example
 * const server = createTestAuthorizationServer({ resource: 'https://shop.example/mcp', clock })
 * const token = server.issue({ scopes: ['orders:read'] })
 */
export function createTestAuthorizationServer (
  { resource, clock, issuer = 'https://as.example' }: TestAuthorizationServerOptions
): TestAuthorizationServer {
  const tokens = new Map<string, Readonly<Record<string, unknown>>>()
  let available = true
  let introspections = 0
  const agent = new MockAgent()
  agent.disableNetConnect()
  const pool = agent.get(issuer)
  const failUnlessAvailable = (): void => {
    if (!available) throw Object.assign(new Error('the test authorization server is not available'), { code: 'ECONNREFUSED' })
  }

  pool.intercept({ path: METADATA_PATH }).reply(() => {
    failUnlessAvailable()
    return { statusCode: 200, data: { issuer, introspection_endpoint: `${issuer}/introspect` }, responseOptions: JSON_HEADERS }
  }).persist()
  pool.intercept({ path: '/introspect', method: 'POST' }).reply(({ body }) => {
    failUnlessAvailable()
    introspections += 1
    const token = new URLSearchParams(typeof body === 'string' ? body : '').get('token') ?? ''
    return { statusCode: 200, data: tokens.get(token) ?? { active: false }, responseOptions: JSON_HEADERS }
  }).persist()

  return {
    issuer,
    dispatcher: agent,
    issue (options = {}) {
      const { subject = '1004', scopes = [], authorizationDetails, clientId = 'test-client', audience = resource } = options
      const { lifetimeSeconds = 3600, claims } = options
      const token = `test-token-${tokens.size + 1}`
      tokens.set(token, {
        active: true,
        iss: issuer,
        sub: subject,
        client_id: clientId,
        aud: audience,
        scope: scopes.join(' '),
        exp: Math.floor(clock.now() / 1000) + lifetimeSeconds,
        ...(authorizationDetails === undefined ? {} : { authorization_details: authorizationDetails }),
        ...claims
      })
      return token
    },
    revoke: token => { tokens.set(token, { active: false }) },
    setAvailable: value => { available = value },
    introspections: () => introspections,
    close: () => agent.close()
  }
}
