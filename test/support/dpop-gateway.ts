// A gateway that accepts tokens which are bound to a key, proofs of possession for it (RFC 9449), and what it answers.

import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import type { Test } from 'tap'
import type { Clock } from '../../src/kernel/clock.ts'
import { configureGateway, type ConfigInput } from './configured-gateway.ts'
import { CLIENT_SECRET, RESOURCE, type CallAnswer } from './gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from './manual-clock.ts'
import { createSigningKey, signJwt, type SigningKey } from './signing-keys.ts'
import { startStubAuthorizationServer } from './stub-authorization-server.ts'

export const clientKey = createSigningKey(undefined)
export const jkt = await calculateJwkThumbprint(clientKey.jwk)
export const BOUND = 'bound-to-a-key'
export const athOf = (token: string) => createHash('sha256').update(token).digest('base64url')

interface Proof {
  readonly signer?: SigningKey
  readonly token?: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
}

export function proof (clock: Pick<Clock, 'now'>, { signer = clientKey, token = BOUND, header = {}, payload = {} }: Proof = {}): string {
  return signJwt(
    signer, { jti: randomUUID(), htm: 'POST', htu: RESOURCE, iat: Math.floor(clock.now() / 1000), ath: athOf(token), ...payload },
    { typ: 'dpop+jwt', jwk: signer.jwk, ...header }
  )
}

export async function startBoundGateway (t: Test, config: Partial<ConfigInput>, tokens: Record<string, object> = {}) {
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const base =
    { active: true, sub: '1004', aud: RESOURCE, scope: 'mcp:tickets:read mcp:tickets:write', exp: MANUAL_CLOCK_START_SECONDS + 36_000 }
  const known: Record<string, object> = {
    [BOUND]: { cnf: { jkt }, token_type: 'DPoP' },
    bearer: {},
    'bound-nobody-knows-how': { cnf: { kid: 'x' } },
    'bound-to-nothing': { token_type: 'DPoP' },
    ...tokens
  }
  let questions = 0
  server.on('/introspect', ({ body }, response) => {
    questions += 1
    const reply = known[new URLSearchParams(body).get('token') ?? '']
    response.writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(reply === undefined ? { active: false } : { ...base, ...reply }))
  })
  const clock = createManualClock()
  const gateway = await configureGateway(t, {
    authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'a', clientSecret: CLIENT_SECRET } },
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    ...config
  }, { clock })
  const send = (headers: Record<string, string>, tool = 'list_tickets', args: object = {}) => gateway.call({ tool, args, headers })
  return {
    clock,
    server,
    gateway,
    questions: () => questions,
    send,
    withProof: (text: string, { token = BOUND, tool, args }: { token?: string, tool?: string, args?: object } = {}) => send({ authorization: `DPoP ${token}`, dpop: text }, tool, args),
    reason: () => gateway.decisions().at(-1)?.['reason']
  }
}

export function dpopChallenge ({ headers }: CallAnswer): Record<string, string> {
  const value = String(headers['www-authenticate'])
  if (!value.startsWith('DPoP ')) return {}
  return Object.fromEntries([...value.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', text = '']) => [name, text]))
}

export const ACCEPTED = { dpop: { mode: 'accepted' } } as const
