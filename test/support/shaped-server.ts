// A local server that answers as a recorded shape says, and the gateway that the profile of that server configures. Only the origins of
// the profile are replaced; every other member is tested as it is in config/profiles.

import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import type { ServerShape, Setting, ShapedToken } from '../shapes/server-shape.ts'
import { configureGateway, type ConfigInput, type ConfiguredGateway } from './configured-gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from './manual-clock.ts'
import { createSigningKey, signJwt } from './signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer } from './stub-authorization-server.ts'

export interface ShapedGateway extends ConfiguredGateway {
  readonly tokens: readonly (ShapedToken & { readonly text: string })[]
  /** The configuration: the profile with everything filled in. */
  readonly config: ConfigInput
  /** Status and reason of the decision about a call of `list_tickets`. */
  readonly outcome: (token: string) => Promise<string>
}

const SECRET = 'secret of the resource server'
const key = createSigningKey('k-01', 'RS256')
const foreignKey = createSigningKey('k-01', 'RS256')

export function profileText (name: string): string {
  return readFileSync(`config/profiles/${name}.json`, 'utf8')
}

/** The profile with a value in place of each `<placeholder>`. */
export function filledProfile ({ profile, values }: Pick<ServerShape, 'profile' | 'values'>): string {
  return profileText(profile).replace(/<([^<>]+)>/g, (slot, name: string) => values[name] ?? slot)
}

export async function startShape (t: Test, shape: ServerShape): Promise<ShapedGateway> {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const text = shape.origins.reduce((filled, origin) => filled.replaceAll(origin, server.origin), filledProfile(shape))
  const { $schema: _, ...profile } = JSON.parse(text) as ConfigInput
  const { authorizationServer } = profile
  const config = {
    ...profile,
    authorizationServer: {
      ...authorizationServer,
      ...(needsSecret(authorizationServer) ? { introspection: { ...authorizationServer.introspection, clientSecret: SECRET } } : {})
    }
  } as ConfigInput
  const setting: Setting = { issuer: authorizationServer.issuer, resource: profile.resource.identifier, now: MANUAL_CLOCK_START_SECONDS }

  const tokens = shape.tokens(setting).map((token, index) => ({ ...token, text: token.form === 'jwt' ? signJwt(key, withoutAbsent(shape.introspection === undefined ? token.claims : { ...token.claims, jti: `token-${index}` }), token.header) : `opaque-${index}` }))
  const replies = new Map(tokens.map(({ text, reply }) => [text, reply]))
  server.on(shape.metadataPath, answersJson(shape.metadata(setting)))
  if (shape.keysPath !== undefined) server.on(shape.keysPath, answersJson({ keys: [{ ...key.jwk, ...shape.keyMembers }] }))
  if (shape.introspection !== undefined) {
    const { path, inactive } = shape.introspection
    server.on(path, (request, response, socket) => {
      const authenticated = request.headers.authorization !== undefined ||
        authorizationServer.introspection?.clientAuthentication === 'none'
      const reply = replies.get(new URLSearchParams(request.body).get('token') ?? '') ?? inactive
      const behaviour = authenticated ? answersJson(reply) : answers(401, '{"error":"invalid_client"}')
      behaviour(request, response, socket)
    })
  }
  const gateway = await configureGateway(t, { ...config, tools: { locale: 'en' } }, { clock: createManualClock() })
  return {
    ...gateway,
    tokens,
    config,
    async outcome (token) {
      const { status } = await gateway.call({ token, tool: 'list_tickets' })
      return `${status} ${String(gateway.decisions().at(-1)?.['reason'])}`
    }
  }
}

/** Signed with a key of the same name that the server does not publish. */
export function forged (shape: ServerShape, { resource, now, issuer }: Setting): string {
  const [good] = shape.tokens({ resource, now, issuer })
  return signJwt(foreignKey, withoutAbsent(good?.claims ?? {}), good?.header)
}

function needsSecret ({ introspection }: ConfigInput['authorizationServer']): boolean {
  return introspection !== undefined && introspection.clientAuthentication !== 'none'
}

function withoutAbsent (claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(claims)) as Readonly<Record<string, unknown>>
}
