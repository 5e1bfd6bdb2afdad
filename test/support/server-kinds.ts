// One authorization server that is asked about tokens in each of the three ways: introspection, JWT, Authlete. It is configured as the
// first server of a gateway or as a further one. A test gives the claims of a token, as RFC 7662 names them or as the server does.

import type { Test } from 'tap'
import { configureGateway, type ConfigInput, type ConfiguredGateway } from './configured-gateway.ts'
import { ISSUER, RESOURCE } from './gateway.ts'
import { MANUAL_CLOCK_START_SECONDS } from './manual-clock.ts'
import { createSigningKey, signJwt } from './signing-keys.ts'
import { answersJson, startStubAuthorizationServer } from './stub-authorization-server.ts'

export type ServerKind = 'introspection' | 'jwt' | 'authlete'
type ServerMembers = Partial<ConfigInput['authorizationServer']>
export type Claims = Readonly<Record<string, unknown>>

const SERVER_KINDS: readonly ServerKind[] = ['introspection', 'jwt', 'authlete']
export const SERVER_PLACES = ['first', 'further'] as const

export interface KindSettings {
  readonly kind: ServerKind
  readonly place: (typeof SERVER_PLACES)[number]
  readonly server?: ServerMembers
  readonly config?: Partial<ConfigInput>
}

export interface KindGateway extends ConfiguredGateway {
  /** A token with these claims. A claim that is `undefined` is left out. */
  readonly mint: (claims?: Claims) => string
}

const key = createSigningKey('key-1')

/** The claims of a person who may read and write. */
function usualClaims (issuer: string): Claims {
  return {
    iss: issuer,
    sub: '1004',
    client_id: 'client-1',
    aud: [RESOURCE],
    scope: 'mcp:tickets:read mcp:tickets:write',
    exp: MANUAL_CLOCK_START_SECONDS + 3600
  }
}

export async function startKind (t: Test, { kind, place, server: members = {}, config = {} }: KindSettings): Promise<KindGateway> {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const issuer = server.origin
  const known = new Map<string, Claims>()
  server.on('/.well-known/oauth-authorization-server', answersJson({ issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: `${issuer}/introspect` }))
  server.on('/jwks', answersJson({ keys: [key.jwk] }))
  server.on('/introspect', (request, response, socket) => {
    const claims = known.get(new URLSearchParams(request.body).get('token') ?? '')
    answersJson(claims === undefined ? { active: false } : { active: true, ...claims })(request, response, socket)
  })
  server.on('/api/1/auth/introspection', (request, response, socket) => {
    const { token } = JSON.parse(request.body) as { token: string }
    answersJson(authleteReply(known.get(token)))(request, response, socket)
  })
  const asked = {
    issuer,
    ...(kind === 'introspection' ? { introspection: { clientId: 'rs', clientSecret: 'secret of the resource server' } } : {}),
    ...(kind === 'jwt' ? { jwt: {} } : {}),
    ...(kind === 'authlete' ? { authlete: { baseUrl: issuer, serviceId: '1', accessToken: 'the-service-access-token' } } : {}),
    ...members
  }
  const other = { issuer: ISSUER, jwt: {} }
  const gateway = await configureGateway(t, {
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    ...config,
    ...(place === 'first' ? { authorizationServer: asked } : { authorizationServer: other, furtherAuthorizationServers: [asked] })
  })
  let minted = 0
  return {
    ...gateway,
    mint (changes = {}) {
      const claims = JSON.parse(JSON.stringify({ ...usualClaims(issuer), ...changes })) as Claims
      if (kind === 'jwt') return signJwt(key, claims)
      minted += 1
      known.set(`token-${minted}`, claims)
      return `token-${minted}`
    }
  }
}

function authleteReply (claims: Claims | undefined): object {
  if (claims === undefined) return { action: 'UNAUTHORIZED' }
  const { sub, client_id: clientId, aud, scope, exp } = claims
  return {
    action: 'OK',
    usable: true,
    existent: true,
    subject: sub ?? null,
    clientId: clientId ?? null,
    scopes: typeof scope === 'string' ? scope.split(' ') : scope,
    accessTokenResources: aud ?? null,
    expiresAt: typeof exp === 'number' ? exp * 1000 : null
  }
}

/** The test once for each kind in each place. */
export function forEachKind (
  t: Test, test: (t: Test, kind: ServerKind, place: (typeof SERVER_PLACES)[number]) => Promise<void>, kinds = SERVER_KINDS
): void {
  for (const kind of kinds) {
    for (const place of SERVER_PLACES) t.test(`${kind}, ${place} server`, t => test(t, kind, place))
  }
}
